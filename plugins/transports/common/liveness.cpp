#include "liveness.hpp"

#include <algorithm>

namespace slipring::websocket {
namespace {

std::optional<Time> earlier(std::optional<Time> a, std::optional<Time> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

}  // namespace

Liveness::Liveness(const LivenessTimeouts &timeouts)
    : grain_(timeouts.ping_interval / 16),
      heard_(timeouts.ping_interval),
      pinged_(timeouts.pong_timeout),
      closing_(timeouts.close_timeout) {}

bool Liveness::alive(Peer &peer, Time now) {
  if (peer.queued_in(closing_)) return false;
  if (peer.queued_in(heard_) && now - peer.queued_at() < grain_) return false;
  heard_.push(peer, now);
  return true;
}

void Liveness::suspend(Peer &peer) {
  if (!peer.queued_in(closing_)) peer.leave();
}

void Liveness::closing(Peer &peer, Time now) {
  if (!peer.queued_in(closing_)) closing_.push(peer, now);
}

void Liveness::advance(Time now) {
  while (auto *peer = static_cast<Peer *>(heard_.pop_due(now))) {
    pinged_.push(*peer, now);
    peer->send_ping();
  }
  while (auto *peer = static_cast<Peer *>(pinged_.pop_due(now))) peer->found_dead();
  while (auto *peer = static_cast<Peer *>(closing_.pop_due(now))) peer->close_overdue();
}

std::optional<Time> Liveness::next() const {
  return earlier(earlier(heard_.next(), pinged_.next()), closing_.next());
}

}  // namespace slipring::websocket
