// Timers: which of a shard's timers (slipring/ext/timer.h) are due, in what order.
//
// A timer is an operation whose `number` says when it is due; here only tokens wait. One that is
// put off stays in its old place and takes the new one when that is reached, and one that has ended
// is forgotten then: so putting off and ending cost nothing.
//
// Thread-safety: its shard.
#pragma once

#include <slipring/ext/completion.h>

#include <optional>
#include <queue>
#include <vector>

#include "session/operations.hpp"

namespace slipring::session {

class Timers {
 public:
  // As an operation's `number`.
  static uint64_t number_of(Clock::time_point due) {
    return static_cast<uint64_t>(due.time_since_epoch().count());
  }
  static uint64_t due_after(uint64_t nanoseconds);

  // The operation's `number` says when. Also of one that is there, when that has become earlier.
  void add(const Operation &operation) { places_.push({operation.number, operation.token}); }

  // Those that are due, earliest first; one may be named twice. They are operations still.
  std::vector<slipring_token> take_due(Clock::time_point now, Operations &operations);
  // When to look again; nothing: there are no timers.
  std::optional<Clock::time_point> next() const;

 private:
  struct Place {
    uint64_t due;
    slipring_token token;
    bool operator<(const Place &other) const { return due > other.due; }  // the earliest on top
  };

  std::priority_queue<Place> places_;
};

}  // namespace slipring::session
