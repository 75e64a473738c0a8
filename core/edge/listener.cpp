#include "edge/listener.hpp"

#include <sys/socket.h>

#include <boost/asio/ip/v6_only.hpp>

#include "observe/log.hpp"

namespace slipring::edge {

namespace asio = boost::asio;

namespace {
constexpr int backlog = 4096;
// Bounds how long one listener keeps its shard from its sessions.
constexpr int accepts_per_wait = 64;
constexpr auto pause_time = std::chrono::milliseconds(100);
}  // namespace

Listener::Listener(shard::Shard &shard, observe::Burst &burst, Accepted accepted)
    : acceptor_(shard.loop()),
      pause_(shard.loop()),
      burst_(burst),
      accepted_(std::move(accepted)) {}

Status Listener::open(const ListenAddress &address) {
  asio::ip::tcp::endpoint endpoint = address.endpoint;
  boost::system::error_code error;
  acceptor_.open(endpoint.protocol(), error);
  if (error && address.any) {  // a kernel without IPv6
    endpoint = {asio::ip::tcp::v4(), endpoint.port()};
    acceptor_.open(endpoint.protocol(), error);
  }
  if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
  if (!error && address.any && endpoint.address().is_v6()) {
    acceptor_.set_option(asio::ip::v6_only(false), error);
  }
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(backlog, error);
  if (!error) acceptor_.native_non_blocking(true, error);
  if (error) {
    return Status::unavailable("cannot listen on " + to_string(endpoint) + ": " + error.message());
  }
  address_ = to_string(acceptor_.local_endpoint());
  return Status::ok();
}

void Listener::start() {
  wait();
}

void Listener::stop() {
  accepting_ = false;
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  pause_.cancel();
}

void Listener::wait() {
  accepting_ = true;
  acceptor_.async_wait(asio::ip::tcp::acceptor::wait_read,
                       [this](const boost::system::error_code &error) {
                         if (!error && acceptor_.is_open()) accept_some();
                       });
}

void Listener::accept_some() {
  for (int i = 0; i < accepts_per_wait; ++i) {
    asio::ip::tcp::endpoint peer;
    socklen_t size = static_cast<socklen_t>(peer.capacity());
    const int fd =
        ::accept4(acceptor_.native_handle(), peer.data(), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
      const int reason = errno;
      if (reason == EAGAIN || reason == EWOULDBLOCK) break;
      if (reason == ECONNABORTED || reason == EINTR) continue;
      return pause({reason, boost::system::system_category()});
    }
    peer.resize(size);
    count_.fetch_add(1, std::memory_order_relaxed);
    accepted_(fd, to_string(peer));
  }
  wait();
}

void Listener::pause(const boost::system::error_code &error) {
  accepting_ = false;
  if (const auto held_back = burst_.admit("accept " + address_)) {
    observe::warn("accept failed",
                  {{"address", address_}, {"reason", error.message()}, {"held_back", *held_back}});
  }
  pause_.expires_after(pause_time);
  pause_.async_wait([this](const boost::system::error_code &cancelled) {
    if (!cancelled && acceptor_.is_open()) wait();
  });
}

}  // namespace slipring::edge
