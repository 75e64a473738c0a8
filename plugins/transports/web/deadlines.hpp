// Deadlines: everything on a shard that must happen by a time, in one place, served by one timer.
//
// Whoever can be late derives from Deadline and waits for one thing at a time. Times are absolute:
// a peer that sends one byte a second does not push them away.
//
// Thread-safety: its shard.
#pragma once

#include <array>
#include <cstdint>

#include "common/deadline_queue.hpp"

namespace slipring::web {

using websocket::Clock;
using websocket::DeadlineQueue;
using websocket::Time;

enum class Wait : std::uint8_t {
  tls,      // for the end of a TLS handshake
  head,     // for a request head, or the preface of HTTP/2, from its first byte or the accept on
  body,     // for a request's body, from its head on
  idle,     // for the next request
  silence,  // a WebSocket or HTTP/2 connection from which nothing came; then it is sent a ping
  pong,     // for any sign of life after that ping
  close,    // for the peer's half of a closing handshake, then for its FIN
  soon,     // for the next step of the loop: what must not be done inside a call; its time is 0
  count_
};

class Deadline : public DeadlineQueue::Entry {
 public:
  // What was waited for did not come in time; not waited for any more.
  virtual void late(Wait what) = 0;

 protected:
  ~Deadline() = default;

 private:
  friend class Deadlines;
  Wait waits_for_ = Wait::count_;
};

class Deadlines {
 public:
  using Times = std::array<Clock::duration, static_cast<std::size_t>(Wait::count_)>;

  explicit Deadlines(const Times &times);

  // From now on `deadline` waits for `what`, and for nothing it waited for before.
  void set(Deadline &deadline, Wait what);
  // For signs of life, which are many: as `set`, but leaves a wait for the same that began within
  // the last sixteenth of its time.
  void refresh(Deadline &deadline, Wait what);
  void cancel(Deadline &deadline) { deadline.leave(); }

  // The clock of everything here: advanced by the owner, once a round.
  Time now() const { return now_; }
  void set_now(Time now) { now_ = now; }

  // Calls `late` for whoever is due.
  void advance();
  // When `advance` has something to do next.
  std::optional<Time> next() const;

 private:
  DeadlineQueue &queue(Wait what) { return queues_[static_cast<std::size_t>(what)]; }

  Time now_ = Clock::now();
  const Times times_;
  std::array<DeadlineQueue, static_cast<std::size_t>(Wait::count_)> queues_;
};

}  // namespace slipring::web
