#include "tls_relay.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <slipring/cpp/bytes.hpp>
#include <utility>

#include "tcp_progress.hpp"
#include "tls_relays.hpp"

namespace slipring::websocket {
namespace {

bool is_for_later(int error) {
  return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

bool is_hung_up(int socket) {
  pollfd look{.fd = socket, .events = 0, .revents = 0};
  return ::poll(&look, 1, 0) == 1 && (look.revents & (POLLHUP | POLLERR)) != 0;
}

}  // namespace

TlsRelay::TlsRelay(TlsRelays &relays, std::unique_ptr<tls::Layer> layer,
                   const slipring_accepted &accepted)
    : relays_(relays),
      counted_(relays.census_),
      layer_(std::move(layer)),
      client_(accepted.fd),
      endpoint_(accepted.endpoint),
      peer_(sdk::view(accepted.peer)) {}

TlsRelay::~TlsRelay() {
  if (client_watch_ != nullptr) relays_.loop_.watch_end(client_watch_);
  if (host_watch_ != nullptr) relays_.loop_.watch_end(host_watch_);
  layer_.reset();
  ::close(client_);
  if (host_ >= 0) ::close(host_);
}

void TlsRelay::begin() {
  client_watch_ = relays_.loop_.watch(
      &relays_.loop_, client_,
      [](void *self, std::uint32_t) {
        auto *const relay = static_cast<TlsRelay *>(self);
        relay->host_ < 0 ? relay->shake_hands() : relay->move_all();
      },
      this);
  if (client_watch_ == nullptr) {
    relays_.end(*this);
    return;
  }
  relays_.schedule(relays_.handshakes_, *this);
  wait_for_client(SLIPRING_READABLE);
}

void TlsRelay::shake_hands() {
  switch (layer_->shake_hands()) {
    case tls::Layer::Handshake::under_way:
      wait_for_client(layer_->waits_to_write() ? SLIPRING_WRITABLE : SLIPRING_READABLE);
      return;
    case tls::Layer::Handshake::failed:
      relays_.errors_.add();
      relays_.host_.log_burst(sdk::LogLevel::info,
                              "TLS handshake failed: " + tls::Layer::last_error());
      relays_.end(*this);
      return;
    case tls::Layer::Handshake::done:
      break;
  }
  leave();
  if (!open_pair()) {
    relays_.host_.log_burst(sdk::LogLevel::error, "no sockets for a connection under TLS");
    relays_.end(*this);
    return;
  }
  wait_for_host(SLIPRING_READABLE);
  move_all();
}

bool TlsRelay::open_pair() {
  std::array<int, 2> pair{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair.data()) != 0) {
    return false;
  }
  host_ = pair[0];
  far_end_ = pair[1];
  host_watch_ = relays_.loop_.watch(
      &relays_.loop_, host_,
      [](void *self, std::uint32_t) { static_cast<TlsRelay *>(self)->move_all(); }, this);
  if (host_watch_ == nullptr) {
    ::close(far_end_);
    return false;
  }
  relays_.by_far_end_[far_end_] = this;
  const std::string peer = std::exchange(peer_, {});
  relays_.accept_({.struct_size = sizeof(slipring_accepted),
                   .fd = far_end_,
                   .endpoint = endpoint_,
                   .peer = sdk::bytes(peer)});
  return true;
}

void TlsRelay::move_all() {
  if (!move_out() || !move_in() || (client_ended_ && host_ended_)) relays_.end(*this);
}

// Ends by itself: the pair takes only so much before libwebsockets has its turn.
bool TlsRelay::move_in() {
  while (!client_ended_) {
    if (!in_.empty()) {
      const std::string rest = std::exchange(in_, {});
      if (!send_in(rest)) return true;
    }
    const tls::Moved moved = layer_->read(relays_.buffer_);
    switch (moved.flow) {
      case tls::Flow::moved:
        if (!send_in({relays_.buffer_.data(), moved.size})) return true;
        break;
      case tls::Flow::blocked:
        wait_for_client(layer_->waits_to_write() ? SLIPRING_WRITABLE : SLIPRING_READABLE);
        return true;
      case tls::Flow::ended:
        client_ended_ = true;
        ::shutdown(host_, SHUT_WR);
        break;
      case tls::Flow::broken:
        return false;
    }
  }
  return true;
}

// Whether all of it is gone; else it is kept, and goes on when the pair has room.
bool TlsRelay::send_in(std::string_view bytes) {
  while (!bytes.empty() && !discards_) {
    const ssize_t sent = ::send(host_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (is_for_later(errno)) {
      in_ = bytes;
      wait_for_host(SLIPRING_WRITABLE);
      return false;
    } else {
      discards_ = true;  // a socket closed with unread input is reset, and what was sent with it
    }
  }
  return true;
}

bool TlsRelay::move_out() {
  while (!host_ended_) {
    const std::string bytes = std::exchange(out_, {});
    const tls::Flow sent = send_out(bytes);
    if (sent != tls::Flow::moved) return sent == tls::Flow::blocked;
    const ssize_t size = ::recv(host_, relays_.buffer_.data(), relays_.buffer_.size(), 0);
    if (size > 0) {
      out_.assign(relays_.buffer_.data(), static_cast<std::size_t>(size));
    } else if (size < 0 && is_for_later(errno)) {
      wait_for_host(SLIPRING_READABLE);
      return true;
    } else {
      host_ended();
    }
  }
  return true;
}

// What is left is kept, and goes on when the client has room.
tls::Flow TlsRelay::send_out(std::string_view bytes) {
  while (!bytes.empty()) {
    const tls::Moved moved = layer_->write(bytes);
    if (moved.flow == tls::Flow::moved) {
      bytes.remove_prefix(moved.size);
      continue;
    }
    if (moved.flow != tls::Flow::blocked) return tls::Flow::broken;
    out_ = bytes;
    wait_for_client(SLIPRING_WRITABLE);
    if (!queued_in(relays_.watched_)) watch_progress();
    return tls::Flow::blocked;
  }
  return tls::Flow::moved;
}

void TlsRelay::host_ended() {
  host_ended_ = true;
  layer_->end();
  ::shutdown(client_, SHUT_WR);
  watch_progress();
}

// While output is stuck the pair is not read, so its end is looked for.
void TlsRelay::watch_progress() {
  acknowledged_ = acknowledged_bytes();
  relays_.schedule(relays_.watched_, *this);
}

void TlsRelay::look_after() {
  const bool moves = acknowledged_ != acknowledged_bytes();
  if (!moves && (host_ended_ || (!out_.empty() && is_hung_up(host_)))) {
    relays_.end(*this);
    return;
  }
  if (host_ended_ || !out_.empty()) watch_progress();
}

void TlsRelay::flush() {
  if (host_ >= 0) move_out();
}

void TlsRelay::late() {
  relays_.timeouts_.add();
  relays_.end(*this);
}

std::uint32_t TlsRelay::acknowledged_bytes() const {
  return websocket::acknowledged_bytes(client_);
}

bool TlsRelay::peer_has_finished() const {
  return client_ended_ || websocket::peer_has_finished(client_);
}

void TlsRelay::wait_for_host(std::uint32_t events) {
  relays_.loop_.watch_wait(host_watch_, events);
}

void TlsRelay::wait_for_client(std::uint32_t events) {
  relays_.loop_.watch_wait(client_watch_, events);
}

}  // namespace slipring::websocket
