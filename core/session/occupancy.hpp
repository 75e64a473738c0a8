// Occupancy: what the sessions of a shard have waiting, all together.
#pragma once

#include <cstdint>
#include <functional>

#include "session/shard_sessions.hpp"
#include "shard/shard.hpp"

namespace slipring::session {

struct Occupancy {
  uint64_t sessions = 0;
  uint64_t queued_bytes = 0;
  uint64_t queued_messages = 0;
  uint64_t input_bytes = 0;  // received and not consumed
  uint64_t paused = 0;       // sessions not read from
  uint64_t blocked = 0;      // sessions whose transport has taken less than there was
};

// [shard] Counts in steps, between which the shard does its other work; `done` is called in the
// last of them.
void count_occupancy(shard::Shard &shard, ShardSessions &sessions,
                     std::function<void(const Occupancy &)> done);

}  // namespace slipring::session
