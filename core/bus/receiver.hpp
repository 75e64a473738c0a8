// Receiver: what a user of the bus is called with.
//
// Thread-safety: called on its shard, from ShardBus::drain() alone. From inside, ports may be
// published to and subscribed with, made and destroyed, but for the receiver's own port, which
// stays.
#pragma once

#include <slipring/abi.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/status.hpp"
#include "bus/match_list.hpp"
#include "event/event.hpp"
#include "event/position.hpp"

namespace slipring::bus {

// Events that do not come: on ephemeral topics those for which the shard's FIFO had no room, in
// streams those that are not kept any more.
struct Missed {
  uint32_t stream = 0;  // 0: of ephemeral topics; then without epoch and sequences
  uint64_t epoch = 0;
  uint64_t from = 0;  // the first and the last
  uint64_t to = 0;
  uint64_t count = 0;                  // 0: not known
  const char *reason = "fell behind";  // static
};

// Where a subscription stands when it begins: before the first event that it gets.
struct Origin {
  std::vector<event::Position> positions;  // one for each stream its filters reach
  bool ephemeral = false;                  // they also reach topics that keep nothing
  // Events that come before live ones; `many`: so many that they have not been counted.
  static constexpr uint64_t many = UINT64_MAX;
  uint64_t recovered = 0;
  std::optional<Missed> gap;  // what was asked for and is not there; not announced again
};

// How a publish came out. Positions in the order of its events; all 0 on an ephemeral topic.
struct Published {
  slipring_status status = SLIPRING_OK;
  std::span<const event::Position> positions;
  bool duplicate = false;  // one had been taken before: its position is of then
  uint32_t failed = 0;     // not OK: which event, and why
  std::string_view why = {};
};

class Receiver {
 public:
  virtual ~Receiver() = default;

  // An event, and who wants it: sorted by subscriber, then by subscription; each pair once. Who is
  // unsubscribed meanwhile still stands in `matches`. `flags`: SLIPRING_EVENT_REPLAYED and
  // _RETAINED of ext/events.h; such an event is for one subscription, which reads on by itself.
  virtual void deliver(const event::EventRef &event, std::span<const Match> matches,
                       uint32_t flags) = 0;
  // It has been given all there is, for now: what it gets next is new. Not called for one that
  // begins now, nor where only ephemeral topics are reached.
  virtual void level(Match) {}
  // Events that some of these would have got are missing here: in order with `deliver`. `matches`:
  // all whose filters reach the stream (or an ephemeral topic).
  virtual void missed(const Missed &missed, std::span<const Match> matches) = 0;
  // Bytes of events that it can be given now by a subscription that reads on by itself. 0: nothing
  // more comes before Port::resume().
  virtual size_t capacity(Match) { return SIZE_MAX; }
  // The subscription is active from now on. It can be unsubscribed from inside.
  virtual void subscribed(Match who, const Origin &origin) = 0;
  // It could not begin where it was to: it is gone.
  virtual void refused(Match who, const Status &why) = 0;
  // The publish with that token is done. Not called for token 0.
  virtual void published(uint64_t token, const Published &published) = 0;
  // `publish` answered full; now it is worth another try.
  virtual void room() = 0;
};

}  // namespace slipring::bus
