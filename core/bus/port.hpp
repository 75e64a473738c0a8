// Port: one user of the bus on one shard: the sessions of the shard, or one operator who listens.
//
// What is published through a port is verified before (event/event.hpp). What is subscribed through
// it reaches its Receiver, and nobody else's.
//
// Order. All that a sequencer sends to a shard travels through one FIFO, so a receiver sees the
// events of a stream, and of an ephemeral topic, in the order of their sequencing. `subscribed`
// comes through it too: events behind it are delivered, events before it are not. Nothing is
// promised between streams, nor between `published` and the delivery of the same event. Publishes
// whose events have one home are done in the order of their calls, for each home.
//
// Thread-safety: its shard. Receivers are called from ShardBus::drain() alone, never from inside a
// call to the port.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "bus/filter_index.hpp"
#include "bus/receiver.hpp"

namespace slipring::bus {

class ShardBus;
struct Subscription;

class Port {
 public:
  // Both outlive the port.
  Port(ShardBus &bus, Receiver &receiver);
  // Takes back all its subscriptions.
  ~Port();
  Port(const Port &) = delete;
  Port &operator=(const Port &) = delete;

  enum class Answer { taken, full };

  // Taken: sequenced in this order for each stream, those of one stream one after another. Full:
  // nothing was taken, room() follows. The events must not be used by the caller afterwards.
  // REQUIRES: at least one event.
  Answer publish(std::span<event::EventRef> events, uint64_t token);

  // `subscribed` follows, also where the shard already gets all of it. REQUIRES: legal filters;
  // `who` is not subscribed.
  void subscribe(Match who, std::span<const std::string> filters);
  // Nothing more of it is delivered, whether it was active or not.
  void unsubscribe(Match who);

  // Where an active subscription stands: behind all that was delivered so far.
  Origin stand(Match who) const;

 private:
  friend class ShardBus;

  void activate(Subscription &subscription);
  Origin stand(const Subscription &subscription) const;
  void take_back(Subscription &subscription);

  // Returns how many want it.
  size_t deliver(const event::EventRef &event);
  void miss(const Missed &missed);
  // Calls room() when a publish was refused by a home that has room by now.
  void look_for_room();

  ShardBus &bus_;
  Receiver &receiver_;
  uint64_t number_ = 0;  // the bus knows it by
  FilterIndex index_;    // of active subscriptions
  std::map<Match, std::shared_ptr<Subscription>> subscriptions_;
  std::vector<uint32_t> full_homes_;  // that refused a publish
};

}  // namespace slipring::bus
