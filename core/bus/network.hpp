// Network: the lanes between all shards, and the streams; made once, outlives every ShardBus.
//
// Thread-safety: immutable but for what lanes, pools and flags say of themselves.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "bus/limits.hpp"
#include "bus/message_lane.hpp"
#include "bus/request.hpp"
#include "bus/ring.hpp"
#include "bus/streams.hpp"

namespace slipring::bus {

class Network {
 public:
  struct Calls {
    // [any] Makes that home drain soon: a shard, or writer().
    std::function<void(uint32_t home)> wake;
    // [any] Unix time; the system's clock when empty.
    std::function<int64_t()> now_ns = {};
    // [any] Has a reader thread do something that may wait for the disk; at once when empty.
    std::function<void(std::function<void()>)> read = {};
  };
  Network(uint32_t shards, Streams streams, NetworkLimits limits, Calls calls);
  Network(const Network &) = delete;
  Network &operator=(const Network &) = delete;

  const Streams &streams() const { return streams_; }
  uint32_t shards() const { return shards_; }
  // Homes are the shards, and behind them the writer of streams.
  uint32_t homes() const { return shards_ + 1; }
  uint32_t writer() const { return shards_; }

  // What follows is for the ShardBuses.

  using RequestLane = Ring<Request *>;
  RequestLane &requests(uint32_t from, uint32_t home) { return requests_[from * homes() + home]; }
  MessageLane &messages(uint32_t home, uint32_t to) { return messages_[home * shards_ + to]; }
  // Of one shard; here because its requests may be in a lane when the shard's bus is gone.
  RequestPool &pool(uint32_t shard) { return pools_[shard]; }

  // Whether a home is about to drain: bus/wakes.hpp.
  std::atomic<bool> &about_to_run(uint32_t home) { return flags_[home].about_to_run; }
  void wake(uint32_t home) const { calls_.wake(home); }
  int64_t now_ns() const { return calls_.now_ns(); }

  // [any] `work` on a reader thread; then `done` on the shard, from its drain().
  void read(uint32_t shard, std::function<void()> work, std::function<void()> done);
  // [shard] What is done by now.
  std::vector<std::function<void()>> take_done(uint32_t shard);
  const NetworkLimits &limits() const { return limits_; }

 private:
  struct alignas(64) Flag {
    std::atomic<bool> about_to_run = false;
  };

  // Reads that are done. Reading a log takes longer than any lock.
  struct Inbox {
    std::mutex mutex;
    std::vector<std::function<void()>> done;
  };

  const uint32_t shards_;
  const Streams streams_;
  const NetworkLimits limits_;
  Calls calls_;
  std::deque<RequestPool> pools_;
  std::deque<RequestLane> requests_;
  std::deque<MessageLane> messages_;
  std::unique_ptr<Flag[]> flags_;
  std::unique_ptr<Inbox[]> inboxes_;  // by shard
};

}  // namespace slipring::bus
