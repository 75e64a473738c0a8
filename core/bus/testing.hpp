// A bus of several shards on one thread, and a receiver that writes down what it is called with.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <deque>
#include <functional>
#include <initializer_list>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bus/shard_bus.hpp"
#include "bus/stream_sequencer.hpp"
#include "event/testing.hpp"
#include "observe/counters.hpp"

namespace slipring::bus::testing {

constexpr uint64_t epoch = 0x5f3a9c1e00000001;

// Another one each time; SLIPRING_TEST_SEED brings back the one that a failure has printed.
inline uint32_t random_seed() {
  const char *const given = std::getenv("SLIPRING_TEST_SEED");
  return given == nullptr ? std::random_device()() : static_cast<uint32_t>(std::stoul(given));
}

inline std::string payload_of(const event::EventRef &event) {
  const auto *payload = event->root().payload();
  return {payload->begin(), payload->end()};
}

class Recorder : public Receiver {
 public:
  struct Delivery {
    std::string topic;
    std::string payload;
    uint64_t sequence;
    std::vector<uint32_t> subscriptions;
    uint32_t flags;
  };
  struct Miss {
    Missed missed;
    std::vector<uint32_t> subscriptions;
  };
  struct Begin {
    uint32_t subscription;
    Origin origin;
  };
  struct Done {
    uint64_t token;
    std::vector<event::Position> positions;
    slipring_status status = SLIPRING_OK;
    bool duplicate = false;
    std::string why;
  };
  struct Refused {
    uint32_t subscription;
    Status why;
  };

  void deliver(const event::EventRef &event, std::span<const Match> matches,
               uint32_t flags) override {
    if (on_offer && !on_offer(event, matches, flags)) return;
    deliveries.push_back({std::string(event->topic()), payload_of(event),
                          event->record().sequence(), numbers(matches), flags});
    if (on_deliver) on_deliver(event);
  }
  void missed(const Missed &missed, std::span<const Match> matches) override {
    misses.push_back({missed, numbers(matches)});
  }
  void subscribed(Match who, const Origin &origin) override {
    begins.push_back({who.subscription, origin});
    if (on_subscribed) on_subscribed(who);
  }
  void published(uint64_t token, const Published &published) override {
    dones.push_back({token,
                     {published.positions.begin(), published.positions.end()},
                     published.status,
                     published.duplicate,
                     std::string(published.why)});
  }
  void refused(Match who, const Status &why) override {
    refusals.push_back({who.subscription, why});
  }
  size_t capacity(Match who) override { return on_capacity ? on_capacity(who) : SIZE_MAX; }
  void room() override {
    ++rooms;
    if (on_room) on_room();
  }

  uint64_t missed_count() const {
    uint64_t count = 0;
    for (const Miss &miss : misses) count += miss.missed.count;
    return count;
  }
  std::vector<std::string> payloads() const {
    std::vector<std::string> payloads;
    for (const Delivery &delivery : deliveries) payloads.push_back(delivery.payload);
    return payloads;
  }

  std::vector<Delivery> deliveries;
  std::vector<Miss> misses;
  std::vector<Begin> begins;
  std::vector<Done> dones;
  std::vector<Refused> refusals;
  size_t rooms = 0;
  // Answers false: it was not taken.
  std::function<bool(const event::EventRef &, std::span<const Match>, uint32_t)> on_offer;
  std::function<size_t(Match)> on_capacity;
  std::function<void(const event::EventRef &)> on_deliver;
  std::function<void(Match)> on_subscribed;
  std::function<void()> on_room;

 private:
  static std::vector<uint32_t> numbers(std::span<const Match> matches) {
    std::vector<uint32_t> numbers;
    for (const Match &match : matches) numbers.push_back(match.subscription);
    return numbers;
  }
};

// One user of one shard.
class User : public Recorder {
 public:
  explicit User(ShardBus &bus) : port(bus, *this) {}

  Port::Answer publish(std::string_view topic, std::string_view payload, uint64_t token = 0) {
    event::EventRef event = event::testing::make({.topic = topic, .payload = payload});
    return port.publish({&event, 1}, token);
  }
  void subscribe(uint32_t subscription, std::initializer_list<std::string> filters,
                 Start start = {}) {
    const std::vector<std::string> all = filters;
    port.subscribe({this, subscription}, all, std::move(start));
  }
  // The one delivery of each sequence, in order.
  std::vector<uint64_t> sequences() const {
    std::vector<uint64_t> sequences;
    for (const Delivery &delivery : deliveries) sequences.push_back(delivery.sequence);
    return sequences;
  }
  void unsubscribe(uint32_t subscription) { port.unsubscribe({this, subscription}); }

  Port port;
};

inline stream::Settings in_memory(std::string name, std::vector<std::string> filters) {
  stream::Settings settings;
  settings.name = std::move(name);
  settings.filters = std::move(filters);
  settings.durability = stream::Durability::memory;
  settings.retention = {};
  return settings;
}

inline Histories default_stream() {
  return {std::make_shared<stream::History>(in_memory("default", {"#"}), 1, epoch)};
}

// Shards with a user each, and the writer of streams. Wakes are written down. What a reader thread
// would do is done at once, or, with `hold_reads`, when it is said.
class Shards {
 public:
  explicit Shards(uint32_t count, NetworkLimits limits = {},
                  std::vector<std::string> ephemeral = {}, Histories streams = default_stream(),
                  stream::Log *log = nullptr)
      : network(count, Streams(count, std::move(ephemeral), std::move(streams)), limits,
                {.wake =
                     [this](uint32_t home) {
                       woken.push_back(home);
                       awake.push_back(home);
                     },
                 .now_ns = [this] { return now_ns; },
                 .read =
                     [this](std::function<void()> work) {
                       hold_reads ? reads.push_back(std::move(work)) : work();
                     }}),
        writer(network, log, counters) {
    for (uint32_t i = 0; i < count; ++i) {
      buses.push_back(std::make_unique<ShardBus>(i, network, counters));
      users.push_back(std::make_unique<User>(*buses.back()));
    }
  }

  stream::History &stream(std::string_view name = "default") {
    return *network.streams().find(name);
  }
  User &user(uint32_t shard) { return *users[shard]; }
  ShardBus &bus(uint32_t shard) { return *buses[shard]; }
  uint64_t total(std::string_view counter) { return counters.counter(counter).total(); }

  // True: it has more to do.
  bool drain(uint32_t home) {
    if (home == network.writer()) return writer.drain();
    return bus(home).drain() || bus(home).has_more();
  }

  // Every home drains, as at the end of the round in which it was used; then, until nothing moves
  // any more, those alone that were woken.
  void settle() {
    for (uint32_t home = 0; home < network.homes(); ++home) awake.push_back(home);
    while (!awake.empty()) {
      const uint32_t next = awake.front();
      awake.pop_front();
      while (drain(next)) {
      }
    }
  }

  void read_now() {
    for (const auto &work : std::exchange(reads, {})) work();
  }

  int64_t now_ns = 1'000;
  bool hold_reads = false;
  std::vector<std::function<void()>> reads;
  observe::Counters counters;
  std::vector<uint32_t> woken;  // each time
  std::deque<uint32_t> awake;   // has not drained since
  Network network;
  StreamSequencer writer;
  std::vector<std::unique_ptr<ShardBus>> buses;
  std::vector<std::unique_ptr<User>> users;
};

}  // namespace slipring::bus::testing
