// Sequencer: one shard as the home of streams and ephemeral topics.
//
// It decides the order: the next sequence of each stream, from 1; and it sends each event to every
// shard that wants it, its own among them, which is told here like any other. What finds no room in
// a shard's FIFO is counted as missed, per shard and stream, and announced before the next event
// that gets there, or with the next answer, whichever comes first.
//
// Thread-safety: its shard.
#pragma once

#include <cstdint>
#include <vector>

#include "bus/filter_index.hpp"
#include "bus/network.hpp"
#include "bus/wakes.hpp"

namespace slipring::bus {

class Sequencer {
 public:
  Sequencer(uint32_t shard, Network &network, Wakes &wakes);
  Sequencer(const Sequencer &) = delete;
  Sequencer &operator=(const Sequencer &) = delete;

  // Does what was asked of this home; bounded. True when it stopped before the end.
  bool serve();
  // Announces what was missed where there is room by now.
  void announce();

  struct Totals {
    uint64_t sequenced = 0;
    uint64_t missed = 0;  // once for each shard
  };
  // Since the last call.
  Totals take_totals();

 private:
  struct Outgoing {
    MessageLane *lane;
    std::vector<Missed> missed;  // not yet announced; one for each stream
  };

  void serve(uint32_t from, Request &request);
  void publish(Request &request);
  void want(uint32_t from, Request &request);
  void answer(uint32_t shard, Request &request);
  void send_to_all(event::EventRef event);
  void send(uint32_t shard, event::EventRef event);
  void miss(Outgoing &outgoing, const event::Event &event);
  bool announce(uint32_t shard);
  event::Position &last(uint32_t stream);

  const uint32_t self_;
  Network &network_;
  Wakes &wakes_;
  std::vector<event::Position> last_;  // of each stream that is at home here
  FilterIndex wanted_;                 // Match::subscription is the shard
  std::vector<Outgoing> outgoing_;     // by shard
  size_t behind_ = 0;                  // shards with something to announce
  uint32_t first_ = 0;                 // the shard whose requests are served first
  int64_t now_ns_ = 0;
  Totals totals_;
};

}  // namespace slipring::bus
