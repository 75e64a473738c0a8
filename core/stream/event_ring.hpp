// EventRing: the latest events of a stream, in memory.
//
// Its writer appends once for each commit group; readers copy references out, a bounded number at a
// time, so the lock is held for microseconds and never for an event alone. Sequences in it have no
// holes. At least the last `least_events` stay, however large.
//
// Thread-safety: appending by one thread, reading by any.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <span>
#include <vector>

#include "event/event.hpp"

namespace slipring::stream {

class EventRing {
 public:
  static constexpr size_t least_events = 1000;

  explicit EventRing(size_t bytes) : most_bytes_(bytes) {}

  // REQUIRES: sequences go on where they ended, unless it is empty.
  void append(std::span<const event::EventRef> events);
  // Removes everything before `first`.
  void trim(uint64_t first);

  // Events from `from` to `through`, at most `most`. False: it does not reach back to `from`; what
  // is not there yet is just not given.
  bool read(uint64_t from, uint64_t through, size_t most, std::vector<event::EventRef> &to) const;

  // 0: it is empty.
  uint64_t first() const;
  size_t bytes() const;
  size_t size() const;
  // The first that was recorded at that time or later; 0: none.
  uint64_t find_time(int64_t recorded_ns) const;

 private:
  void take_out_excess(std::vector<event::EventRef> &gone);

  const size_t most_bytes_;
  mutable std::mutex mutex_;
  std::deque<event::EventRef> events_;
  size_t bytes_ = 0;
};

}  // namespace slipring::stream
