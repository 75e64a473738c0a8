// Start: where a subscription begins to read.
//
// Thread-safety: a plain value.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "event/cursor.hpp"

namespace slipring::bus {

class Streams;

struct Start {
  enum class Kind : uint8_t {
    now,
    earliest,
    retained,        // retained events, then live ones
    last_per_topic,  // the last event of each topic, then live ones
    last,            // the last `number` events
    time,            // what was recorded at `number` (Unix time in ns) or later
    after            // behind `positions`; of several in one stream the latest counts
  };
  Kind kind = Kind::now;
  uint64_t number = 0;
  std::vector<event::CursorPosition> positions{};
  // What was committed before it was asked for, on any shard, counts as having been there; without
  // it, what is still on its way to this shard comes as a live event.
  bool fresh = false;
};

// Adds what a cursor or a position says, as text. INVALID_ARGUMENT: it is neither, or of a stream
// that this host does not have.
Status add_positions(Start &start, std::string_view text, const Streams &streams);

}  // namespace slipring::bus
