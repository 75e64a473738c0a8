// slipring.loop/1 on a shard: the table a pinned transport drives its library's loop with.
//
// Thread-safety: make and destroy on the shard or while it does not run; the table's own rules are
// in slipring/ext/loop.h. REQUIRES: outlives every watch and timer made through it.
#pragma once

#include <slipring/ext/loop.h>

#include "shard/shard.hpp"

namespace slipring::shard {

class LoopExtension {
 public:
  // `generation` names the plugin that uses it, while one of its callbacks runs.
  LoopExtension(Shard &shard, uint64_t generation);
  LoopExtension(const LoopExtension &) = delete;
  LoopExtension &operator=(const LoopExtension &) = delete;

  const slipring_loop *abi() const { return &table_; }
  Shard &shard() const { return shard_; }
  uint64_t generation() const { return generation_; }

 private:
  Shard &shard_;
  const uint64_t generation_;
  slipring_loop table_;
};

}  // namespace slipring::shard
