// Dispatch: what a home sends to the shards: events to all who want them, answers, what was missed.
//
// What finds no room in a shard's FIFO is counted as missed, per shard and stream, and announced
// before the next event that gets there, or with the next answer, whichever comes first.
//
// Thread-safety: its home's.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "bus/filter_index.hpp"
#include "bus/network.hpp"
#include "bus/wakes.hpp"

namespace slipring::bus {

class Dispatch {
 public:
  Dispatch(uint32_t home, Network &network, Wakes &wakes);
  Dispatch(const Dispatch &) = delete;
  Dispatch &operator=(const Dispatch &) = delete;

  // From now on the shard gets what the filter matches, or no longer.
  void want(uint32_t shard, std::string_view filter) { wanted_.add(filter, {nullptr, shard}); }
  void unwant(uint32_t shard, std::string_view filter) { wanted_.remove(filter, {nullptr, shard}); }

  void send_to_all(event::EventRef event);
  void answer(uint32_t shard, Request &request);
  // Announces what was missed where there is room by now.
  void announce();

  // Events that shards have missed since the last call; once for each shard.
  uint64_t take_missed() { return std::exchange(missed_, 0); }

 private:
  struct Outgoing {
    MessageLane *lane;
    std::vector<Missed> missed;  // not yet announced; one for each stream
  };

  void send(uint32_t shard, event::EventRef event);
  void miss(Outgoing &outgoing, const event::Event &event);
  bool announce(uint32_t shard);

  Wakes &wakes_;
  FilterIndex wanted_;              // Match::subscription is the shard
  std::vector<Outgoing> outgoing_;  // by shard
  size_t behind_ = 0;               // shards with something to announce
  uint64_t missed_ = 0;
};

}  // namespace slipring::bus
