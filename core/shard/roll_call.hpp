// RollCall: has something done on every shard without waiting for ever for one that hangs.
//
// ShardSet::run_on_each() resumes when all have done their part. Here the caller resumes when its
// time is over, too, and hears which shards have not. A shard that is late is not called again
// before it has caught up, so that calls do not pile up on it.
//
// Thread-safety: control thread. Lives until that thread's loop has ended.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <vector>

#include "shard/shard_set.hpp"

namespace slipring::shard {

class RollCall {
 public:
  explicit RollCall(ShardSet &shards);

  // Starts `work` on every shard but the late ones; answers, by shard, whether it was done in time.
  // What is late may be done after that: `work` refers to nothing of its caller's.
  boost::asio::awaitable<std::vector<bool>> call(ShardSet::Work work,
                                                 std::chrono::nanoseconds at_most);

 private:
  struct Call;

  void arrive(Call &call, uint32_t shard);

  ShardSet &shards_;
  std::vector<uint32_t> late_;  // of each shard: calls not done in time, and not since
};

}  // namespace slipring::shard
