// What goes out: the end-of-round half of ShardSessions.
//
// Adapters queue during a round; at its end each session that has something to say is visited once
// and everything due for its connection is offered to the transport in one call. A transport that
// takes less blocks the session until it says `writable`; meanwhile the queue grows to its limits
// and the sweep watches for progress.
#include <algorithm>

#include "base/bytes.hpp"
#include "session/shard_events.hpp"
#include "session/write_batch.hpp"

namespace slipring::session {

void ShardSessions::mark_dirty(Session &session) {
  if (session.dirty) return;
  session.dirty = true;
  dirty_.push_back(session.id);
}

void ShardSessions::flush(Clock::time_point now) {
  now_ = now;
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
    set_reading(session);  // the peer's answer to the close has to be read
    session.link->calls->close(session.link->instance, session.connection, session.close_code,
                               to_bytes(session.close_reason));
    return;
  }
  queue_shrank(session);
}

void ShardSessions::queue_shrank(Session &session) {
  const bool short_again = session.queue.bytes() <= limits_.queue_bytes / 4 &&
                           session.queue.size() <= limits_.queue_messages / 4;
  if (session.long_queue && short_again) {
    session.long_queue = false;
    set_reading(session);
  }
  if (session.overflow && session.queue.empty()) session.overflow.reset();
  if (session.room_awaited || session.behind) events_->queue_shrank(session);
}

// Collects what is due, up to a batch. A gap becomes a message only now: until then it could grow.
// Returns how many places of the queue that took.
size_t ShardSessions::prepare(Session &session, WriteBatch &batch) {
  batch.clear();
  size_t i = 0;
  for (; i < session.queue.places() && batch.has_room(); ++i) {
    if (session.queue.at(i).content == OutboundQueue::Content::gap) {
      events_->fanout().announce(session, i);
    }
    const OutboundQueue::Entry &entry = session.queue.at(i);
    if (entry.content == OutboundQueue::Content::message) batch.add(entry, i);
  }
  return i;
}

// Offers up to a batch of messages; false when the transport took fewer. Only taking some counts as
// progress of a client that is being watched.
bool ShardSessions::write_some(Session &session) {
  WriteBatch &batch = *batch_;
  const size_t places = prepare(session, batch);
  if (batch.empty()) {  // gaps about which there is nothing to say
    session.queue.pop(places);
    return true;
  }
  const size_t taken =
      std::min(batch.size(), session.link->calls->write(session.link->instance, session.connection,
                                                        batch.frames(), batch.size()));
  if (taken > 0 || !session.watched) session.blocked_since = now_;
  const bool all = taken == batch.size();
  if (taken > 0) session.queue.pop(batch.place(taken - 1) + 1);
  session.sent += taken;
  sent_total_.add(taken);
  return all;
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
    session->paused = session->long_queue = false;  // what such a client still sends is not wanted
    flush_session(*session);
    return true;
  });
}

}  // namespace slipring::session
