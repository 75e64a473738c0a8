// Wakes: the shards that this one has sent something to, and how they hear of it.
//
// Each shard has a flag, "about to run". Who has sent it something sets the flag and wakes it only
// when the flag was not set before. The shard clears its flag first of all when it drains. Both are
// exchanges, so they have one order. When the sender's comes first, the shard's exchange reads it
// (or a later sender's, which continues its release sequence) and so sees what was sent. When the
// shard's comes first, the sender finds the flag clear, or set by another who found it clear
// meanwhile: one of them wakes the shard, which drains again. Nothing less than an exchange would
// do: with a plain look at the flag, the sender could see the old value, and the shard the old
// lane.
//
// A shard that has more to do than one drain sets its flag itself, for it comes back anyway.
//
// Thread-safety: its shard.
#pragma once

#include <cstdint>
#include <vector>

#include "bus/network.hpp"

namespace slipring::bus {

class Wakes {
 public:
  Wakes(uint32_t self, Network &network)
      : self_(self), network_(network), marked_(network.homes(), 0) {}

  // Something was sent to it since the last send_all().
  void mark(uint32_t shard) {
    if (shard == self_ || marked_[shard] != 0) return;
    marked_[shard] = 1;
    list_.push_back(shard);
  }

  // This shard drains now: whatever is sent behind this wakes it again.
  void running() { network_.about_to_run(self_).exchange(false, std::memory_order_acq_rel); }
  // This shard will drain again by itself.
  void coming_back() { network_.about_to_run(self_).exchange(true, std::memory_order_acq_rel); }

  void send_all() {
    for (const uint32_t shard : list_) {
      marked_[shard] = 0;
      if (!network_.about_to_run(shard).exchange(true, std::memory_order_acq_rel)) {
        network_.wake(shard);
      }
    }
    list_.clear();
  }

 private:
  const uint32_t self_;
  Network &network_;
  std::vector<uint8_t> marked_;
  std::vector<uint32_t> list_;
};

}  // namespace slipring::bus
