// DeduplicationId: what stands for (source, deduplication id) of an event that was taken.
//
// Thread-safety: pure function.
#pragma once

#include <cstdint>

#include "event/event.hpp"

namespace slipring::stream {

struct DeduplicationId {
  uint64_t high = 0;
  uint64_t low = 0;

  bool operator==(const DeduplicationId &) const = default;
};

// XXH3, 128 bits. REQUIRES: the event has a deduplication id.
DeduplicationId deduplication_id(const event::Event &event);

}  // namespace slipring::stream
