// What goes out: the end-of-round half of ShardSessions.
//
// Adapters queue during a round; at its end each session that has something to say is visited once
// and everything due for its connection is offered to the transport in one call. A transport that
// takes less blocks the session until it says `writable`; meanwhile the queue grows to its limits
// and the sweep watches for progress.
#include <algorithm>
#include <array>

#include "session/shard_sessions.hpp"

namespace slipring::session {

namespace {
constexpr size_t frames_per_write = 128;
}

void ShardSessions::mark_dirty(Session &session) {
  if (session.dirty) return;
  session.dirty = true;
  dirty_.push_back(session.id);
}

void ShardSessions::flush() {
  flushing_.swap(dirty_);
  for (const slipring_session id : flushing_) {
    Session *const session = table_.find(id);
    if (session == nullptr) continue;
    session->dirty = false;
    flush_session(*session);
  }
  flushing_.clear();
}

void ShardSessions::flush_session(Session &session) {
  while (!session.blocked && !session.queue.empty()) {
    if (!write_some(session)) {
      session.blocked = true;
      if (!session.watched) blocked_.push_back(session.id);
      session.watched = true;
    }
  }
  if (session.queue.empty() && session.closing && !session.close_sent) {
    session.close_sent = true;
    resume_reading(session);  // the peer's answer to the close has to be read
    session.link->calls->close(session.link->instance, session.connection, session.close_code,
                               {reinterpret_cast<const uint8_t *>(session.close_reason.data()),
                                session.close_reason.size()});
    return;
  }
  const bool short_again = session.queue.bytes() <= limits_.queue_bytes / 4 &&
                           session.queue.size() <= limits_.queue_messages / 4;
  if (short_again) resume_reading(session);
}

// Offers up to a batch of messages; false when the transport took fewer. Only taking some counts as
// progress of a client that is being watched.
bool ShardSessions::write_some(Session &session) {
  std::array<slipring_bytes, frames_per_write> pieces;
  std::array<slipring_frame, frames_per_write> frames;
  const size_t count = std::min(session.queue.size(), frames_per_write);
  for (size_t i = 0; i < count; ++i) {
    const OutboundQueue::Entry &entry = session.queue.at(i);
    pieces[i] = {entry.framed.bytes().data(), entry.framed.size()};
    frames[i] = {&pieces[i], 1, entry.kind, entry.header_size, {0, 0}};
  }
  const size_t taken = std::min(
      count,
      session.link->calls->write(session.link->instance, session.connection, frames.data(), count));
  if (taken > 0 || !session.watched) session.blocked_since = Clock::now();
  session.queue.pop(taken);
  session.sent += taken;
  sent_total_.add(taken);
  return taken == count;
}

void ShardSessions::resume_reading(Session &session) {
  if (!session.paused) return;
  session.paused = false;
  session.link->calls->set_reading(session.link->instance, session.connection, 1);
}

void ShardSessions::sweep(Clock::time_point now) {
  std::erase_if(blocked_, [&](slipring_session id) {
    Session *const session = table_.find(id);
    if (session == nullptr) return true;
    if (session->blocked && now - session->blocked_since < limits_.stall) return false;
    session->watched = false;
    if (!session->blocked) return true;
    stalled_total_.add();
    close_by_host(*session, SLIPRING_CLOSE_POLICY, "not reading", SLIPRING_END_LIMIT);
    session->queue.clear();
    session->blocked = false;
    session->paused = false;  // without resuming: what such a client still sends is not wanted
    flush_session(*session);
    return true;
  });
}

}  // namespace slipring::session
