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
    if (!session.link->profile->write(session)) {
      session.blocked = true;
      if (!session.watched) blocked_.push_back(session.id);
      session.watched = true;
    }
  }
  if (session.queue.empty() && session.closing && !session.close_sent) {
    session.close_sent = true;
    session.link->profile->say_end(session);
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

// Collects what is due, up to a batch or the next head. A gap becomes a message only now: until
// then it could grow. Returns how many places of the queue that took.
size_t ShardSessions::prepare(Session &session, WriteBatch &batch) {
  batch.clear();
  size_t i = 0;
  for (; i < session.queue.places() && batch.has_room(); ++i) {
    if (session.queue.at(i).content == OutboundQueue::Content::head) break;
    if (session.queue.at(i).content == OutboundQueue::Content::gap) {
      events_->fanout().announce(session, i);
    }
    const OutboundQueue::Entry &entry = session.queue.at(i);
    if (entry.content == OutboundQueue::Content::message) batch.add(entry, i);
  }
  return i;
}

// Only taking some counts as progress of a client that is being watched.
void ShardSessions::note_taken(Session &session, bool any) {
  if (any || !session.watched) session.blocked_since = now_;
}

void ShardSessions::sweep(Clock::time_point now) {
  std::erase_if(blocked_, [&](slipring_session id) {
    Session *const session = table_.find(id);
    if (session == nullptr) return true;
    if (session->blocked && now - session->blocked_since < limits_.stall) return false;
    session->watched = false;
    if (!session->blocked) return true;
    stalled_total_.add();
    end_by_host(*session, SLIPRING_END_LIMIT, "not reading");
    session->queue.clear();
    session->blocked = false;
    session->paused = session->long_queue = false;  // what such a client still sends is not wanted
    flush_session(*session);
    return true;
  });
  end_late_ones();
}

// Sessions that were left to end by themselves when the host stops, and have become such that do
// not.
void ShardSessions::end_late_ones() {
  constexpr uint32_t comeback_ms = 1000;
  if (refusal_.empty() || next_to_close_ < table_.slots()) return;
  next_to_close_ = 0;
  close_some(SIZE_MAX, "service restart", [] { return comeback_ms; });
}

}  // namespace slipring::session
