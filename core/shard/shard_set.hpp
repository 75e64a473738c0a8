// ShardSet: all shards of the host, and how the control thread has something done on each.
//
// Thread-safety: the set itself never changes after construction; run_on_each() belongs to the
// control thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "shard/shard.hpp"

namespace slipring::shard {

class ShardSet {
 public:
  explicit ShardSet(uint32_t count);

  uint32_t size() const { return static_cast<uint32_t>(shards_.size()); }
  Shard &at(uint32_t index) { return *shards_[index]; }

  void start();
  void stop_and_join();

  // Called on a shard; `done` says, there and once, that the shard has finished.
  using Work = std::function<void(Shard &shard, std::function<void()> done)>;

  // Starts `work` on every shard and resumes the caller, on its own executor, when all are done. A
  // shard runs the work between two of its callbacks: completion of run_on_each(nothing) is
  // therefore a quiescent point of every shard.
  boost::asio::awaitable<void> run_on_each(Work work);
  boost::asio::awaitable<void> run_on_each(std::function<void(Shard &)> work);

 private:
  std::vector<std::unique_ptr<Shard>> shards_;
};

}  // namespace slipring::shard
