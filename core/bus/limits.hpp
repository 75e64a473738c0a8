// NetworkLimits: what may be under way between two shards.
#pragma once

#include <cstddef>

namespace slipring::bus {

struct NetworkLimits {
  size_t requests = 4096;          // publishes and subscribes under way from a shard to a home
  size_t events = 16384;           // events under way from a home to a shard
  size_t event_bytes = 64u << 20;  // and their bytes; also of the publishes under way to a home
};

}  // namespace slipring::bus
