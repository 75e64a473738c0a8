#include "connection.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <slipring/cpp/bytes.hpp>
#include <utility>

#include "common/tls/layer.hpp"
#include "protocols.hpp"
#include "shard.hpp"

namespace slipring::web {
namespace {

constexpr std::string_view refusal =
    "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 1\r\n"
    "Content-Type: text/plain\r\nContent-Length: 21\r\n\r\ntoo many connections\n";

// What the first bytes of HTTP/2 are and of no request of HTTP/1.1 can be (RFC 9113 §3.4).
constexpr std::string_view preface_begin = "PRI ";

std::string_view address_of(std::string_view peer) {
  return peer.substr(0, peer.rfind(':'));
}

}  // namespace

void Connection::adopt(Shard &shard, const slipring_accepted &accepted) {
  auto *const connection = new Connection(shard, accepted);
  if (!shard.enter(*connection, address_of(connection->peer_))) {
    // A fresh socket has room for so little.
    if (!shard.settings.tls) connection->stream_.write(refusal);
    delete connection;
    return;
  }
  connection->begin();
}

Connection::Connection(Shard &shard, const slipring_accepted &accepted)
    : shard_(shard), stream_(accepted.fd), peer_(sdk::view(accepted.peer)), fd_(accepted.fd) {
  const int on = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

Connection::~Connection() {
  shard_.joiner.forget(*this);
  ::close(fd_);
}

void Connection::begin() {
  if (!shard_.poller.add(fd_, *this)) {
    shard_.host.log_burst(sdk::LogLevel::error, "the kernel has no room to watch a connection");
    gone();
    return;
  }
  if (shard_.tls == nullptr) {
    shard_.deadlines.set(*this, Wait::head);
    return;
  }
  auto layer = tls::Layer::accept(shard_.tls, fd_);
  if (layer == nullptr) {
    gone();
    return;
  }
  stream_.secure(std::move(layer));
  phase_ = Phase::shaking_hands;
  shard_.deadlines.set(*this, Wait::tls);
}

// ── what comes ──────────────────────────────────────────────────────────────────────────────────

void Connection::ready(std::uint32_t events) {
  const bool secure = is_secure();
  const bool dead = (events & (EPOLLERR | EPOLLHUP)) != 0;
  if (dead || (events & EPOLLRDHUP) != 0) hung_up_ = true;
  // Under TLS a read may wait for room to write, and the other way round.
  if (dead || secure || (events & (EPOLLIN | EPOLLRDHUP)) != 0) readable_ = true;
  if ((secure || (events & EPOLLOUT) != 0) && full()) write_unsent();
  if (phase_ == Phase::shaking_hands) shake_hands();
  // Nobody reads, so nobody would notice.
  if (dead && !reading_) gone();
  read_some();
}

void Connection::shake_hands() {
  switch (stream_.layer()->shake_hands()) {
    case tls::Layer::Handshake::under_way:
      return;
    case tls::Layer::Handshake::failed:
      shard_.counters.tls_errors.add();
      shard_.host.log_burst(sdk::LogLevel::info,
                            "TLS handshake failed: " + tls::Layer::last_error());
      gone();
      return;
    case tls::Layer::Handshake::done:
      break;
  }
  readable_ = true;
  if (stream_.layer()->protocol() == "h2") {
    speak(make_http2(shard_.context, *this));
  } else {
    speak(make_http1(shard_.context, *this));
  }
}

// A bounded part of what there is, so that others have their turn.
void Connection::read_some() {
  if (phase_ == Phase::lingering) return discard();
  read_unread();
  if (!read_once() || !readable_ || !reading_) return;
  later();
}

void Connection::read_unread() {
  if (!reading_ || phase_ != Phase::open || aside_ == nullptr || aside_->unread.empty()) return;
  std::string bytes = std::exchange(aside_->unread, {});
  deliver(bytes);
  tidy();
}

// Whether it brought something.
bool Connection::read_once() {
  if (!readable_ || !reading_ || (phase_ != Phase::sniffing && phase_ != Phase::open)) return false;
  auto &buffer = shard_.read_buffer;
  const Moved moved = stream_.read(buffer);
  switch (moved.flow) {
    case Flow::moved:
      // A socket that had less than was asked for is empty; under TLS, or for the end that comes
      // behind, only a read can tell.
      if (!is_secure() && moved.size < buffer.size() && !hung_up_) readable_ = false;
      deliver({buffer.data(), moved.size});
      return true;
    case Flow::blocked:
      readable_ = false;
      return false;
    case Flow::ended:
      readable_ = false;
      peer_has_ended();
      return false;
    case Flow::broken:
      gone();
      return false;
  }
  return false;
}

void Connection::deliver(std::span<char> bytes) {
  if (phase_ == Phase::sniffing) return sniff(bytes);
  if (!reading_) {  // it came behind what was the last
    aside().unread.append(bytes.data(), bytes.size());
    return;
  }
  receiving_ = true;
  protocol_->receive(bytes);
  receiving_ = false;
  if (aside_ != nullptr && aside_->next != nullptr) change_protocol();
}

void Connection::sniff(std::span<char> bytes) {
  std::string &begun = aside().unread;
  begun.append(bytes.data(), bytes.size());
  const std::string_view head = std::string_view(begun).substr(0, preface_begin.size());
  if (head.size() < preface_begin.size() && preface_begin.starts_with(head)) return;
  const bool http2 = head == preface_begin;
  std::string all = std::exchange(begun, {});
  speak(http2 ? make_http2(shard_.context, *this) : make_http1(shard_.context, *this));
  deliver(all);
  tidy();
}

void Connection::speak(std::unique_ptr<Protocol> protocol) {
  shard_.deadlines.cancel(*this);
  protocol_ = std::move(protocol);
  phase_ = Phase::open;
  tell_protocol();
}

void Connection::peer_has_ended() {
  if (peer_ended_) return;
  peer_ended_ = true;
  if (phase_ == Phase::open) {
    protocol_->peer_ended();
  } else {
    gone();
  }
}

void Connection::discard() {
  for (auto &buffer = shard_.read_buffer; readable_;) {
    const Moved moved = stream_.read(buffer);
    if (moved.flow == Flow::blocked) readable_ = false;
    if (moved.flow == Flow::ended || moved.flow == Flow::broken) return gone();
  }
}

// ── what the protocol asks for ──────────────────────────────────────────────────────────────────

bool Connection::send(std::string_view bytes) {
  if (phase_ == Phase::open) shard_.joiner.add(*this, bytes);
  return !full();
}

void Connection::put(std::string_view bytes) {
  if (phase_ == Phase::gone) return;
  if (full()) {
    aside_->unsent += bytes;
    return;
  }
  while (!bytes.empty()) {
    const Moved moved = stream_.write(bytes);
    if (moved.flow == Flow::broken) return gone();
    if (moved.flow != Flow::moved) break;
    bytes.remove_prefix(moved.size);
    written_ += moved.size;
  }
  if (!bytes.empty()) aside().unsent = bytes;
}

void Connection::write_unsent() {
  std::string bytes = std::exchange(aside_->unsent, {});
  put(bytes);
  if (full() || phase_ == Phase::gone) return;
  tidy();
  if (phase_ == Phase::open) {
    protocol_->writable();
  } else if (phase_ == Phase::finishing) {
    end_sending();
  }
}

void Connection::set_reading(bool reading) {
  if (reading_ == reading) return;
  reading_ = reading;
  if (reading && (readable_ || (aside_ != nullptr && !aside_->unread.empty()))) later();
}

void Connection::become(std::unique_ptr<Protocol> next, std::span<char> rest) {
  aside().next = std::move(next);
  aside().unread.insert(0, rest.data(), rest.size());
  reading_ = true;
  if (!receiving_) later();
}

void Connection::change_protocol() {
  const std::unique_ptr<Protocol> before = std::exchange(protocol_, std::move(aside_->next));
  tell_protocol();
  read_unread();
  tidy();
  if (peer_ended_ && phase_ == Phase::open) protocol_->peer_ended();
}

void Connection::finish() {
  if (phase_ != Phase::open) return;
  phase_ = Phase::finishing;
  shard_.deadlines.set(*this, Wait::body);  // for a peer that takes what was said
  later();
}

void Connection::drop() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  gone();
}

std::string Connection::identity() const {
  return is_secure() ? stream_.layer()->identity() : "";
}

// ── the end ─────────────────────────────────────────────────────────────────────────────────────

void Connection::end_sending() {
  if (!stream_.end() || peer_ended_) return gone();
  phase_ = Phase::lingering;
  reading_ = true;
  if (aside_ != nullptr) aside_->unread.clear();
  shard_.deadlines.set(*this, Wait::close);
  discard();
}

void Connection::late(Wait what) {
  if (what != Wait::close) shard_.counters.timeouts.add();
  gone();
}

void Connection::gone() {
  phase_ = Phase::gone;
  later();
}

void Connection::drain() {
  const bool has_said_something = aside_ != nullptr && !aside_->unread.empty();
  if (phase_ == Phase::open) {
    protocol_->drain();
  } else if (phase_ == Phase::shaking_hands || (phase_ == Phase::sniffing && !has_said_something)) {
    gone();
  }
}

// Who has said nothing yet may still do so.
void Connection::give_way() {
  if (phase_ == Phase::open) protocol_->give_way();
}

void Connection::tell_protocol() {
  if (shard_.draining) {
    protocol_->drain();
  } else if (shard_.giving_way) {
    protocol_->give_way();
  }
}

void Connection::later() {
  shard_.later(*this);
}

void Connection::settle() {
  if (aside_ != nullptr && aside_->next != nullptr && phase_ == Phase::open) change_protocol();
  if (phase_ == Phase::finishing) {
    shard_.joiner.flush(*this);
    if (phase_ == Phase::finishing && !full()) end_sending();
  }
  if (unsettled) return;  // it is due again
  if (phase_ == Phase::gone) return end();
  read_some();
}

void Connection::end() {
  shard_.poller.remove(fd_, *this);
  shard_.joiner.forget(*this);
  if (protocol_ != nullptr) protocol_->lost();
  protocol_.reset();
  shard_.leave(*this, address_of(peer_));
  delete this;
}

Connection::Aside &Connection::aside() {
  if (aside_ == nullptr) aside_ = std::make_unique<Aside>();
  return *aside_;
}

void Connection::tidy() {
  if (aside_ != nullptr && aside_->unsent.empty() && aside_->unread.empty() &&
      aside_->next == nullptr) {
    aside_.reset();
  }
}

}  // namespace slipring::web
