#include "pending.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <slipring/cpp/bytes.hpp>

namespace slipring::websocket {
namespace {

// What a client may still send while it is told why it was refused. A socket closed with unread
// input is reset, and the answer with it.
constexpr std::size_t most_discarded = 256 * 1024;

}  // namespace

void Pending::begin(Shard &shard, Acceptor &acceptor, const slipring_accepted &accepted) {
  auto *pending = new Pending(shard, acceptor, accepted);
  if (pending->watch_ == nullptr) {
    pending->abandon();
    return;
  }
  shard.handshakes.push(*pending, Shard::now());
  shard.schedule();
  pending->wait();
}

Pending::Pending(Shard &shard, Acceptor &acceptor, const slipring_accepted &accepted)
    : shard_(shard),
      acceptor_(acceptor),
      fd_(accepted.fd),
      watch_(shard.loop.watch(
          &shard.loop, accepted.fd,
          [](void *self, uint32_t) { static_cast<Pending *>(self)->ready(); }, this)),
      endpoint_(accepted.endpoint),
      peer_(sdk::view(accepted.peer)),
      parser_(shard.settings.handshake_limit) {}

void Pending::ready() {
  answered_ ? discard_input() : read_request();
}

void Pending::read_request() {
  std::array<char, 2048> bytes;
  const ssize_t size = ::recv(fd_, bytes.data(), bytes.size(), 0);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) {
    wait();
    return;
  }
  if (size <= 0) {
    abandon();
    return;
  }
  silent_ = false;
  switch (parser_.feed({bytes.data(), static_cast<std::size_t>(size)})) {
    case HandshakeParser::State::incomplete:
      wait();
      break;
    case HandshakeParser::State::refused:
      refuse(parser_.error());
      break;
    case HandshakeParser::State::complete:
      acceptor_.accept(*this);
      break;
  }
}

void Pending::refuse(const HttpError &error) {
  shard_.counters.handshakes_refused.add();
  const std::string response = error.render();
  // A fresh socket has room for so little; if it has not, the client does without.
  if (::send(fd_, response.data(), response.size(), MSG_NOSIGNAL) < 0 ||
      ::shutdown(fd_, SHUT_WR) != 0) {
    abandon();
    return;
  }
  answered_ = true;
  shard_.lingering.push(*this, Shard::now());
  shard_.schedule();
  wait();
}

void Pending::discard_input() {
  std::array<char, 16 * 1024> bytes;
  const ssize_t size = ::recv(fd_, bytes.data(), bytes.size(), 0);
  const bool later = size < 0 && (errno == EAGAIN || errno == EINTR);
  if (size > 0) discarded_ += static_cast<std::size_t>(size);
  if (!later && (size <= 0 || discarded_ > most_discarded)) {
    abandon();
    return;
  }
  wait();
}

void Pending::timed_out() {
  shard_.counters.handshake_timeouts.add();
  if (silent_) {
    abandon();
  } else {
    refuse({.status = 408, .message = "the handshake took too long"});
  }
}

void Pending::linger_over() {
  abandon();
}

void Pending::abandon() {
  ::close(release());
}

int Pending::release() {
  const int fd = fd_;
  if (watch_ != nullptr) shard_.loop.watch_end(watch_);
  delete this;
  return fd;
}

}  // namespace slipring::websocket
