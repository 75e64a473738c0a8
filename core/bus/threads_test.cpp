// Three shards on threads of their own, which sleep until they are woken: so a wake that is lost
// ends the test by its deadline. Meant for the thread sanitizer.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <random>
#include <thread>

#include "bus/testing.hpp"

namespace slipring::bus::testing {
namespace {

constexpr uint32_t shard_count = 3;
constexpr int events_per_shard = 5000;

class Bell {
 public:
  void ring() {
    const std::lock_guard lock(mutex_);
    rung_ = true;
    changed_.notify_one();
  }
  // False when it stays silent.
  bool wait(std::chrono::steady_clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_until(lock, deadline, [&] { return rung_; })) return false;
    rung_ = false;
    return true;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool rung_ = true;
};

// All topics of this test belong to the stream, and all filters match all of them: so every
// subscription must see every sequence from its origin on, delivered or announced as missed.
class Worker : public Receiver {
 public:
  Worker(uint32_t shard, Network &network, observe::Counters &counters, uint32_t seed)
      : shard_(shard), bus_(shard, network, counters), port_(bus_, *this), random_(seed) {}

  // Until the first subscription, which stays, has seen all that all shards publish.
  void run(Bell &bell, std::atomic<uint32_t> &ready, std::array<Bell, shard_count> &bells) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(120);
    ready_ = &ready;
    bells_ = &bells;
    subscribe(0);
    while (!done() && bell.wait(deadline)) {
      bool more = true;
      while (more) {
        if (ready == shard_count) work();
        more = bus_.drain();
      }
    }
  }

  void drain() {
    while (bus_.drain()) {
    }
  }

  bool done() const {
    return published_ == events_per_shard && seen_ == shard_count * events_per_shard;
  }

  void deliver(const event::EventRef &event, std::span<const Match> matches) override {
    EXPECT_EQ(payload_of(event), event->topic());
    for (const Match &match : matches) {
      see(match.subscription, event->record().sequence(), event->record().sequence());
    }
  }
  void missed(const Missed &missed, std::span<const Match> matches) override {
    EXPECT_EQ(missed.count, missed.to - missed.from + 1);
    missed_ += missed.count;
    for (const Match &match : matches) see(match.subscription, missed.from, missed.to);
  }
  void subscribed(Match who, const Origin &origin) override {
    EXPECT_TRUE(expected_.emplace(who.subscription, origin.positions.at(0).sequence + 1).second);
    if (who.subscription != 0) return;
    EXPECT_EQ(origin.positions[0].sequence, 0u);
    if (++*ready_ == shard_count) {
      for (Bell &bell : *bells_) bell.ring();
    }
  }
  void published(uint64_t token, const Published &published) override {
    EXPECT_EQ(token, ++last_token_);
    EXPECT_GT(published.positions[0].sequence, last_published_);
    last_published_ = published.positions[0].sequence;
    ++published_;
  }
  void room() override {
    full_ = false;
    (*bells_)[shard_].ring();
  }

  uint64_t missed_count() const { return missed_; }

 private:
  void see(uint32_t subscription, uint64_t from, uint64_t to) {
    const auto found = expected_.find(subscription);
    if (found == expected_.end()) return;  // taken back
    EXPECT_EQ(from, found->second);
    if (subscription == 0) seen_ += to + 1 - from;
    found->second = to + 1;
  }

  void work() {
    for (int i = 0; i < 20 && !full_ && sent_ < events_per_shard; ++i) {
      const std::string topic = "t/" + std::to_string(random_() % 10);
      event::EventRef event = event::testing::make({.topic = topic, .payload = topic});
      if (port_.publish({&event, 1}, static_cast<uint64_t>(sent_) + 1) == Port::Answer::full) {
        full_ = true;
      } else {
        ++sent_;
      }
    }
    // Others come and go; half of them before their answer.
    for (uint32_t i = 0; i < 2; ++i) {
      const uint32_t subscription = 1 + random_() % 5;
      if (wanted_[subscription]) {
        port_.unsubscribe({this, subscription});
        expected_.erase(subscription);
        wanted_[subscription] = false;
      } else {
        subscribe(subscription);
      }
    }
    // There is more to publish: as a client's next message would, this brings another round.
    if (!full_ && sent_ < events_per_shard) (*bells_)[shard_].ring();
  }

  void subscribe(uint32_t subscription) {
    static const std::vector<std::string> filters[] = {{"#"},   {"#"},          {"t/#"},
                                                       {"+/+"}, {"t/+", "t/#"}, {"t/+"}};
    port_.subscribe({this, subscription}, filters[subscription]);
    wanted_[subscription] = true;
  }

  const uint32_t shard_;
  ShardBus bus_;
  Port port_;
  std::mt19937 random_;
  std::atomic<uint32_t> *ready_ = nullptr;
  std::array<Bell, shard_count> *bells_ = nullptr;
  std::array<bool, 6> wanted_{};
  std::map<uint32_t, uint64_t> expected_;  // next sequence of a subscription
  bool full_ = false;
  int sent_ = 0;
  int published_ = 0;
  uint64_t last_token_ = 0;
  uint64_t last_published_ = 0;
  uint64_t seen_ = 0;
  uint64_t missed_ = 0;
};

void exchange_events(NetworkLimits limits) {
  const uint32_t seed = random_seed();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::array<Bell, shard_count> bells;
  Network network(shard_count, Streams(shard_count, {}, epoch), limits,
                  [&](uint32_t shard) { bells[shard].ring(); });
  observe::Counters counters;
  std::atomic<uint32_t> ready = 0;
  std::atomic<uint32_t> finished = 0;
  std::vector<std::unique_ptr<Worker>> workers;
  for (uint32_t i = 0; i < shard_count; ++i) {
    workers.push_back(std::make_unique<Worker>(i, network, counters, seed + i));
  }
  std::vector<std::thread> threads;
  for (uint32_t i = 0; i < shard_count; ++i) {
    threads.emplace_back([&, i] {
      workers[i]->run(bells[i], ready, bells);
      ++finished;
      // A home is needed as long as another shard is not done.
      const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(120);
      if (finished == shard_count) {
        for (Bell &bell : bells) bell.ring();
      }
      while (finished != shard_count && bells[i].wait(deadline)) workers[i]->drain();
    });
  }
  for (std::thread &thread : threads) thread.join();
  uint64_t missed = 0;
  for (const auto &worker : workers) {
    EXPECT_TRUE(worker->done());
    missed += worker->missed_count();
  }
  EXPECT_EQ(counters.counter("events_sequenced_total").total(), shard_count * events_per_shard);
  EXPECT_EQ(counters.counter("events_missed_total").total(), missed);
}

TEST(Threads, EverySubscriptionSeesEverySequenceFromItsOriginOn) {
  exchange_events({});
}

TEST(Threads, FullLanesLoseNoAnswerAndNoWake) {
  exchange_events({.requests = 4});
}

TEST(Threads, WhatFullFifosLeaveOutIsAnnounced) {
  exchange_events({.requests = 8, .events = 8});
}

TEST(Threads, FifosAreBoundedByBytes) {
  exchange_events({.event_bytes = 2000});
}

}  // namespace
}  // namespace slipring::bus::testing
