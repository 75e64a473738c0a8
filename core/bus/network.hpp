// Network: the lanes between all shards, and the streams; made once, outlives every ShardBus.
//
// Thread-safety: immutable but for what lanes, pools and flags say of themselves.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>

#include "bus/limits.hpp"
#include "bus/message_lane.hpp"
#include "bus/request.hpp"
#include "bus/ring.hpp"
#include "bus/streams.hpp"

namespace slipring::bus {

class Network {
 public:
  // `wake(shard)`: [any] makes that shard call its drain() soon. `now_ns`: [any] Unix time; the
  // system's clock when empty.
  Network(uint32_t shards, Streams streams, NetworkLimits limits,
          std::function<void(uint32_t shard)> wake, std::function<int64_t()> now_ns = {});
  Network(const Network &) = delete;
  Network &operator=(const Network &) = delete;

  const Streams &streams() const { return streams_; }
  uint32_t shards() const { return shards_; }

  // What follows is for the ShardBuses.

  using RequestLane = Ring<Request *>;
  RequestLane &requests(uint32_t from, uint32_t home) { return requests_[from * shards_ + home]; }
  MessageLane &messages(uint32_t home, uint32_t to) { return messages_[home * shards_ + to]; }
  // Of one shard; here because its requests may be in a lane when the shard's bus is gone.
  RequestPool &pool(uint32_t shard) { return pools_[shard]; }

  // Whether a shard is about to drain: bus/wakes.hpp.
  std::atomic<bool> &about_to_run(uint32_t shard) { return flags_[shard].about_to_run; }
  void wake(uint32_t shard) const { wake_(shard); }
  int64_t now_ns() const { return now_ns_(); }
  const NetworkLimits &limits() const { return limits_; }

 private:
  struct alignas(64) Flag {
    std::atomic<bool> about_to_run = false;
  };

  const uint32_t shards_;
  const Streams streams_;
  const NetworkLimits limits_;
  const std::function<void(uint32_t)> wake_;
  const std::function<int64_t()> now_ns_;
  std::deque<RequestPool> pools_;
  std::deque<RequestLane> requests_;
  std::deque<MessageLane> messages_;
  std::unique_ptr<Flag[]> flags_;
};

}  // namespace slipring::bus
