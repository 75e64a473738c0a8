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
#include <vector>

#include "bus/shard_bus.hpp"
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
  };

  void deliver(const event::EventRef &event, std::span<const Match> matches) override {
    deliveries.push_back({std::string(event->topic()), payload_of(event),
                          event->record().sequence(), numbers(matches)});
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
    dones.push_back({token, {published.positions.begin(), published.positions.end()}});
  }
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
  size_t rooms = 0;
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
  void subscribe(uint32_t subscription, std::initializer_list<std::string> filters) {
    const std::vector<std::string> all = filters;
    port.subscribe({this, subscription}, all);
  }
  void unsubscribe(uint32_t subscription) { port.unsubscribe({this, subscription}); }

  Port port;
};

// Shards with a user each. Wakes are written down.
class Shards {
 public:
  explicit Shards(uint32_t count, NetworkLimits limits = {},
                  std::vector<std::string> ephemeral = {})
      : network(
            count, Streams(count, std::move(ephemeral), epoch), limits,
            [this](uint32_t shard) {
              woken.push_back(shard);
              awake.push_back(shard);
            },
            [this] { return now_ns; }) {
    for (uint32_t i = 0; i < count; ++i) {
      buses.push_back(std::make_unique<ShardBus>(i, network, counters));
      users.push_back(std::make_unique<User>(*buses.back()));
    }
  }

  uint32_t home() const { return network.streams().find(1)->home; }
  User &user(uint32_t shard) { return *users[shard]; }
  ShardBus &bus(uint32_t shard) { return *buses[shard]; }
  uint64_t total(std::string_view counter) { return counters.counter(counter).total(); }

  // Every shard drains, as at the end of the round in which it was used; then, until nothing moves
  // any more, those alone that were woken.
  void settle() {
    for (uint32_t shard = 0; shard < buses.size(); ++shard) awake.push_back(shard);
    while (!awake.empty()) {
      ShardBus &next = bus(awake.front());
      awake.pop_front();
      while (next.drain()) {
      }
    }
  }

  int64_t now_ns = 1'000;
  observe::Counters counters;
  std::vector<uint32_t> woken;  // each time
  std::deque<uint32_t> awake;   // has not drained since
  Network network;
  std::vector<std::unique_ptr<ShardBus>> buses;
  std::vector<std::unique_ptr<User>> users;
};

}  // namespace slipring::bus::testing
