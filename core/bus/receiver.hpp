// Receiver: what a user of the bus is called with.
//
// Thread-safety: called on its shard, from ShardBus::drain() alone. From inside, ports may be
// published to and subscribed with, made and destroyed, but for the receiver's own port, which
// stays.
#pragma once

#include <slipring/abi.h>

#include <cstdint>
#include <span>
#include <vector>

#include "bus/match_list.hpp"
#include "event/event.hpp"
#include "event/position.hpp"

namespace slipring::bus {

// Where a subscription stands when it begins: before the first event that it gets.
struct Origin {
  std::vector<event::Position> positions;  // one for each stream its filters reach
  bool ephemeral = false;                  // they also reach topics that keep nothing
};

// Events that were sequenced and did not get to this shard, because its FIFO was full.
struct Missed {
  uint32_t stream = 0;  // 0: of ephemeral topics; then without epoch and sequences
  uint64_t epoch = 0;
  uint64_t from = 0;  // the first and the last
  uint64_t to = 0;
  uint64_t count = 0;
};

// Positions of a publish, in the order of its events; all 0 on an ephemeral topic.
struct Published {
  slipring_status status = SLIPRING_OK;
  std::span<const event::Position> positions;
};

class Receiver {
 public:
  virtual ~Receiver() = default;

  // An event, and who wants it: sorted by subscriber, then by subscription; each pair once. Who is
  // unsubscribed meanwhile still stands in `matches`.
  virtual void deliver(const event::EventRef &event, std::span<const Match> matches) = 0;
  // Events that some of these would have got are missing here: in order with `deliver`. `matches`:
  // all whose filters reach the stream (or an ephemeral topic).
  virtual void missed(const Missed &missed, std::span<const Match> matches) = 0;
  // The subscription is active from now on. It can be unsubscribed from inside.
  virtual void subscribed(Match who, const Origin &origin) = 0;
  // The publish with that token is done. Not called for token 0.
  virtual void published(uint64_t token, const Published &published) = 0;
  // `publish` answered full; now it is worth another try.
  virtual void room() = 0;
};

}  // namespace slipring::bus
