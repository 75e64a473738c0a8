// Sequencer: one shard as the home of ephemeral topics.
//
// It decides the order, and sends each event to every shard that wants it, its own among them,
// which is told here like any other.
//
// Thread-safety: its shard.
#pragma once

#include <cstdint>
#include <utility>

#include "bus/dispatch.hpp"

namespace slipring::bus {

class Sequencer {
 public:
  Sequencer(uint32_t shard, Network &network, Wakes &wakes);

  // Does what was asked of this home; bounded. True when it stopped before the end.
  bool serve();
  // Announces what was missed where there is room by now.
  void announce() { dispatch_.announce(); }

  // Events since the last call: sequenced, and missed (once for each shard).
  uint64_t take_sequenced() { return std::exchange(sequenced_, 0); }
  uint64_t take_missed() { return dispatch_.take_missed(); }

 private:
  void serve(uint32_t from, Request &request);
  void publish(Request &request);

  const uint32_t self_;
  Network &network_;
  Dispatch dispatch_;
  uint32_t first_ = 0;  // the shard whose requests are served first
  int64_t now_ns_ = 0;
  uint64_t sequenced_ = 0;
};

}  // namespace slipring::bus
