// Who is still there. A connection that has been silent for `ping_interval` is sent a ping; one
// that then gives no sign of life for `pong_timeout` is dead. One that is closing has
// `close_timeout`.
//
// A sign of life is anything received, and output that had been stuck and moved again: that is the
// peer's acknowledgement. A write that only filled the kernel's buffer is none.
//
// No clock and no timer inside: the caller says what time it is. Not thread-safe.
#pragma once

#include <optional>

#include "deadline_queue.hpp"

namespace slipring::websocket {

struct LivenessTimeouts {
  Clock::duration ping_interval;
  Clock::duration pong_timeout;
  Clock::duration close_timeout;
};

class Liveness {
 public:
  class Peer : private DeadlineQueue::Entry {
   public:
    // Called by `advance`.
    virtual void send_ping() = 0;
    virtual void found_dead() = 0;     // leaves the lists before
    virtual void close_overdue() = 0;  // leaves the lists before

   protected:
    ~Peer() = default;

   private:
    friend class Liveness;
  };

  explicit Liveness(const LivenessTimeouts &timeouts);

  // A sign of life; the first one begins the watch. Nothing happens for a peer that is closing.
  // Answers whether anything changed, so that `next` may have.
  bool alive(Peer &peer, Time now);
  // Its silence means nothing for now, because nobody reads from it.
  void suspend(Peer &peer);
  // From now on only `close_timeout` counts; a second call changes nothing.
  void closing(Peer &peer, Time now);

  // Calls whoever is due.
  void advance(Time now);
  // When `advance` has something to do next.
  std::optional<Time> next() const;

 private:
  // Signs of life closer together than this are taken as one, to keep busy connections cheap.
  const Clock::duration grain_;
  DeadlineQueue heard_;
  DeadlineQueue pinged_;
  DeadlineQueue closing_;
};

}  // namespace slipring::websocket
