// What is asked of a stream's history, and what comes back.
//
// Thread-safety: plain values.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "event/event.hpp"

namespace slipring::stream {

// Events with sequences from `from` to `through` that one of `filters` matches.
struct Query {
  uint64_t from = 1;
  uint64_t through = 0;
  std::span<const std::string> filters;  // none: all
  // How much may come back; one event always may.
  size_t events = 1024;
  size_t bytes = size_t{256} << 10;
};

// Sequences that a reader does not get, both inclusive. Static text.
struct Lost {
  uint64_t from = 0;
  uint64_t to = 0;
  const char *reason = "";  // "retention", "lost", "damaged"
};

struct Batch {
  std::vector<event::EventRef> events;  // ascending
  std::vector<Lost> lost;               // ascending; what a count per topic superseded is not lost
  uint64_t through = 0;                 // all up to here was looked at; from - 1: nothing was
};

}  // namespace slipring::stream
