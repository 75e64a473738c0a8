// What goes into the log and what it says of itself.
//
// Thread-safety: plain values.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "event/event.hpp"
#include "stream/deduplication_id.hpp"

namespace slipring::stream {

// A stretch of a stream's history without loss.
struct Epoch {
  uint64_t id = 0;
  uint64_t first = 1;  // sequence; the epoch ends before the first of the next one

  bool operator==(const Epoch &) const = default;
};

// Sequences, both inclusive.
struct Range {
  uint64_t from = 0;
  uint64_t to = 0;

  bool operator==(const Range &) const = default;
};

// An event whose deduplication id is remembered.
struct Known {
  DeduplicationId id;
  uint64_t sequence = 0;
  int64_t recorded_ns = 0;

  bool operator==(const Known &) const = default;
};

// A stream as the log has it.
struct StreamState {
  uint32_t number = 0;  // in records; from 1; stays with the name
  std::string name;
  std::vector<Epoch> epochs;  // ascending; never empty
  uint64_t first = 1;         // what is kept begins here
  uint64_t last = 0;          // sequence; 0: none yet
  int64_t last_recorded_ns = 0;
  uint64_t events = 0;  // kept
  uint64_t bytes = 0;   // of their FlatBuffers
  // What was lost and an epoch tells of, ascending; the latest, also from earlier runs.
  std::vector<Range> losses;
};

// What opening or checking found: for the host's log and for `slipring verify`.
struct Finding {
  std::string stream;  // empty: the log as a whole
  uint64_t from = 0;   // sequences; 0 to 0: not known which
  uint64_t to = 0;
  std::string what;  // one line
};

// Events of one stream, sequenced and in order, to be written together.
struct Group {
  uint32_t stream = 0;  // number
  std::span<const event::EventRef> events;
  // Of those that have one, with sequence and time.
  std::span<const Known> deduplication;
};

}  // namespace slipring::stream
