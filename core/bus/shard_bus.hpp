// ShardBus: one shard's end of the bus.
//
// Each topic has a home that decides the order of its events: streams the writer of the log
// (bus/stream_sequencer.hpp), ephemeral topics a shard by hash of the topic. A publish goes to the
// home over a bounded lane; the home sequences it and sends it over one FIFO to each shard that
// wants it; subscribing tells the home what a shard wants, and is answered through the same FIFO.
//
// No queue blocks its producer. A full lane to the home answers `full`; a full FIFO to a shard
// leaves the event out, counts it, and tells the shard as soon as there is room (Missed): of a
// stream the shard's subscriptions then read what was left out by themselves.
// Requests are admitted only together with room for their answers, so no answer is ever lost.
//
// Thread-safety: drain() and everything called through ports: its shard. Nothing here waits, and
// shards need no thread of their own: one thread may drain all of them in any order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "bus/homes.hpp"
#include "bus/network.hpp"
#include "bus/port.hpp"
#include "bus/publisher.hpp"
#include "bus/sequencer.hpp"
#include "bus/wakes.hpp"
#include "bus/wants.hpp"
#include "observe/counters.hpp"

namespace slipring::bus {

class ShardBus {
 public:
  // Counts events_published_total, events_sequenced_total, events_missed_total (once for each shard
  // that missed one) and publish_full_total. Both outlive it; it outlives its ports.
  ShardBus(uint32_t shard, Network &network, observe::Counters &counters);
  ShardBus(const ShardBus &) = delete;
  ShardBus &operator=(const ShardBus &) = delete;

  // At the end of each round, before the sessions' flush: sequences what was asked of this home,
  // delivers what has come, wakes the shards it has sent something to. Bounded; true when more is
  // left (the caller has the shard come back at once). Not called from inside a Receiver.
  bool drain();
  // Subscriptions were resumed since: another drain is wanted.
  bool has_more() const;

 private:
  friend class Port;
  friend class CatchUp;

  static constexpr size_t batch = 32;  // messages taken from a lane at once

  uint64_t add(Port &port);
  void remove(Port &port);
  Port *port(uint64_t number) const;

  std::optional<uint32_t> publish(uint64_t port, std::span<event::EventRef> events, uint64_t token);
  void published(uint64_t port, uint64_t token, const Published &published);

  void activate(const std::vector<std::shared_ptr<Subscription>> &subscriptions);
  bool catch_up();
  bool receive();
  size_t receive(uint32_t home, std::span<const Message> messages);
  size_t deliver(const event::EventRef &event);
  void miss(const Missed &missed);
  void take_answer(uint32_t home, Request &request);
  void look_for_room();
  void count();

  // Where the shard stands in a stream: the last event that it got, missed, or never wanted.
  uint64_t stand_in(uint32_t stream) const;
  // Something has been committed to one of its streams that has not come here, or is not wanted.
  bool is_behind(const Subscription &subscription) const;
  void stand_at(uint32_t stream, uint64_t sequence);

  const uint32_t self_;
  Network &network_;
  Wakes wakes_;
  Sequencer sequencer_;
  Homes homes_;
  Wants wants_;
  Publisher publisher_;
  struct Stand {
    uint32_t stream;
    uint64_t sequence;
  };
  std::vector<Stand> stands_;  // of all streams
  std::vector<Port *> ports_;  // null: it has gone
  uint64_t last_port_ = 0;
  // Subscriptions with nothing to wait for, active from the next drain on.
  std::vector<std::shared_ptr<Subscription>> answered_;
  uint32_t first_ = 0;  // the home whose messages are read first
  size_t fitting_ =
      batch;  // messages that fit into a call when they are wanted as widely as the last
  uint64_t published_ = 0;
  uint64_t full_ = 0;

  observe::Counter &events_published_total_;
  observe::Counter &events_sequenced_total_;
  observe::Counter &events_missed_total_;
  observe::Counter &publish_full_total_;
};

}  // namespace slipring::bus
