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

#include "bus/catch_up.hpp"
#include "bus/filter_index.hpp"
#include "bus/receiver.hpp"
#include "bus/subscription.hpp"

namespace slipring::bus {

class ShardBus;

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

  // `subscribed` or `refused` follows, also where the shard already gets all of it. REQUIRES: legal
  // filters, Streams::check_reach(); `who` is not subscribed.
  void subscribe(Match who, std::span<const std::string> filters, Start start = {});
  // Nothing more of it is delivered, whether it was active or not.
  void unsubscribe(Match who);
  // The same, and what it has had stays known to stand() and has_had(), until it is forgotten.
  void retire(Match who);
  void forget(Match who) { retired_.erase(who); }

  // Where an active subscription stands: behind all that was delivered so far.
  Origin stand(Match who) const;

  // [in deliver()] The subscription has no room for this event of a stream: it gets this one and
  // what follows when it has, at its own pace. Nothing of it comes before resume().
  void fall_behind(Match who, const event::Event &event);
  void resume(Match who);
  // Whether the subscription has been given this event of a stream, or will be without reading on
  // by itself, since `than` was subscribed: an event that both want came once.
  bool has_had(Match who, const event::Event &event, Match than) const;

 private:
  friend class ShardBus;
  friend class CatchUp;

  struct Retired {
    std::shared_ptr<const Subscription> subscription;
    Origin stand;
  };

  void activate(const std::shared_ptr<Subscription> &subscription);
  // From now on it gets what comes.
  void enter(Subscription &subscription);
  Origin stand(const Subscription &subscription) const;
  void take_back(Subscription &subscription);

  // Returns how many want it.
  size_t deliver(const event::EventRef &event);
  void miss(const Missed &missed);
  // Delivers to those that read on by themselves; true: there is more.
  bool catch_up() { return catch_up_.run(); }
  // Calls room() when a publish was refused by a home that has room by now.
  void look_for_room();

  ShardBus &bus_;
  Receiver &receiver_;
  uint64_t number_ = 0;  // the bus knows it by
  CatchUp catch_up_;
  FilterIndex index_;  // of subscriptions that get what comes
  std::map<Match, std::shared_ptr<Subscription>> subscriptions_;
  std::map<Match, Retired> retired_;
  std::vector<uint32_t> full_homes_;  // that refused a publish
};

}  // namespace slipring::bus
