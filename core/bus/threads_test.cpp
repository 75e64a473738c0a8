// Three shards on threads of their own and the writer on its own, which sleep until they are woken:
// so a wake that is lost ends the test by its deadline. Meant for the thread sanitizer.
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
#include "bus/writer_thread.hpp"

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

// A reader thread, as it is behind a log.
class Reader {
 public:
  Reader() : thread_([this] { run(); }) {}
  ~Reader() {
    ending_ = true;
    bell_.ring();
    thread_.join();
  }

  void read(std::function<void()> work) {
    {
      const std::lock_guard lock(mutex_);
      asked_.push_back(std::move(work));
    }
    bell_.ring();
  }

 private:
  void run() {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(240);
    while (bell_.wait(deadline) && !ending_) {
      std::vector<std::function<void()>> asked;
      {
        const std::lock_guard lock(mutex_);
        asked.swap(asked_);
      }
      for (const auto &work : asked) work();
    }
  }

  std::mutex mutex_;
  std::vector<std::function<void()>> asked_;
  std::atomic<bool> ending_ = false;
  Bell bell_;
  std::thread thread_;
};

// All topics of a test begin with `t/` (in the stream) or all with `live/` (ephemeral), and all
// filters match all of them. So every subscription must see every sequence of the stream from its
// origin on, and the first one of a shard every ephemeral event, delivered or announced as missed.
class Worker : public Receiver {
 public:
  Worker(uint32_t shard, Network &network, observe::Counters &counters, uint32_t seed,
         std::string prefix)
      : shard_(shard),
        bus_(shard, network, counters),
        port_(bus_, *this),
        random_(seed),
        prefix_(std::move(prefix)) {}

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

  void deliver(const event::EventRef &event, std::span<const Match> matches, uint32_t) override {
    for (const Match &match : matches) {
      if (ephemeral()) {
        if (match.subscription == 0) see_ephemeral(event);
      } else {
        see(match.subscription, event->record().sequence(), event->record().sequence());
      }
    }
  }
  void missed(const Missed &missed, std::span<const Match> matches) override {
    EXPECT_EQ(ephemeral(), missed.stream == 0);
    EXPECT_GT(missed.count, 0u);
    missed_ += missed.count;
    for (const Match &match : matches) {
      if (!ephemeral()) {
        EXPECT_STREQ(missed.reason, "retention");
        see(match.subscription, missed.from, missed.to);
      } else if (match.subscription == 0) {
        seen_ += missed.count;
      }
    }
  }
  void subscribed(Match who, const Origin &origin) override {
    EXPECT_EQ(origin.positions.empty(), ephemeral());
    if (!ephemeral()) {
      const uint64_t begin = origin.positions.at(0).sequence;
      EXPECT_TRUE(expected_.emplace(who.subscription, begin + 1).second);
      EXPECT_TRUE(who.subscription != 0 || begin == 0);
    }
    if (who.subscription != 0) return;
    if (++*ready_ == shard_count) {
      for (Bell &bell : *bells_) bell.ring();
    }
  }
  void refused(Match, const Status &why) override { ADD_FAILURE() << why.message(); }
  void published(uint64_t token, const Published &published) override {
    EXPECT_EQ(published.status, SLIPRING_OK);
    ++published_;
    if (ephemeral()) return;  // of several homes
    EXPECT_EQ(token, ++last_token_);
    EXPECT_GT(published.positions[0].sequence, last_published_);
    last_published_ = published.positions[0].sequence;
  }
  void room() override {
    full_ = false;
    (*bells_)[shard_].ring();
  }

  uint64_t missed_count() const { return missed_; }

 private:
  bool ephemeral() const { return prefix_ == "live/"; }

  // What one shard publishes to a topic keeps its order.
  void see_ephemeral(const event::EventRef &event) {
    const std::string payload = payload_of(event);
    const size_t colon = payload.find(':');
    uint64_t &last = last_of_[std::string(event->topic()) + payload.substr(0, colon)];
    const uint64_t number = std::stoull(payload.substr(colon + 1));
    EXPECT_GT(number, last);
    last = number;
    ++seen_;
  }

  void see(uint32_t subscription, uint64_t from, uint64_t to) {
    const auto found = expected_.find(subscription);
    if (found == expected_.end()) return;  // taken back
    EXPECT_EQ(from, found->second);
    if (subscription == 0) seen_ += to + 1 - from;
    found->second = to + 1;
  }

  void work() {
    for (int i = 0; i < 20 && !full_ && sent_ < events_per_shard; ++i) {
      const std::string topic = prefix_ + std::to_string(random_() % 10);
      const std::string payload = std::to_string(shard_) + ":" + std::to_string(sent_ + 1);
      event::EventRef event = event::testing::make({.topic = topic, .payload = payload});
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
    const std::string below = prefix_ + "#";
    const std::string one = prefix_ + "+";
    const std::vector<std::string> filters[] = {{below}, {below},      {one},
                                                {one},   {one, below}, {one}};
    Start start;
    // Where others have long been, from the ring or by the reader.
    if (subscription == 3) start.kind = Start::Kind::earliest;
    port_.subscribe({this, subscription}, filters[subscription], start);
    wanted_[subscription] = true;
  }

  const uint32_t shard_;
  ShardBus bus_;
  Port port_;
  std::mt19937 random_;
  const std::string prefix_;
  std::atomic<uint32_t> *ready_ = nullptr;
  std::array<Bell, shard_count> *bells_ = nullptr;
  std::array<bool, 6> wanted_{};
  std::map<uint32_t, uint64_t> expected_;  // next sequence of a subscription
  bool full_ = false;
  int sent_ = 0;
  int published_ = 0;
  uint64_t last_token_ = 0;
  uint64_t last_published_ = 0;
  std::map<std::string, uint64_t> last_of_;  // number of a topic and a shard
  uint64_t seen_ = 0;
  uint64_t missed_ = 0;
};

struct Setting {
  NetworkLimits limits = {};
  std::string prefix = "t/";
  uint64_t kept_bytes = 0;  // of the stream; 0: all
};

// Returns how many were announced as missed, all shards together.
uint64_t exchange_events(const Setting &setting) {
  const uint32_t seed = random_seed();
  SCOPED_TRACE("seed " + std::to_string(seed));
  stream::Settings settings = in_memory("default", {"#"});
  settings.retention.bytes = setting.kept_bytes;
  std::array<Bell, shard_count> bells;
  std::unique_ptr<WriterThread> writer;
  std::unique_ptr<Reader> reader;
  Network network(
      shard_count,
      Streams(shard_count, {"live/#"}, {std::make_shared<stream::History>(settings, 1, epoch)}),
      setting.limits,
      {.wake = [&](uint32_t home) { home == shard_count ? writer->wake() : bells[home].ring(); },
       .read = [&](std::function<void()> work) { reader->read(std::move(work)); }});
  observe::Counters counters;
  StreamSequencer sequencer(network, nullptr, counters);
  writer = std::make_unique<WriterThread>(sequencer);
  reader = std::make_unique<Reader>();
  writer->start();
  std::atomic<uint32_t> ready = 0;
  std::atomic<uint32_t> finished = 0;
  std::vector<std::unique_ptr<Worker>> workers;
  for (uint32_t i = 0; i < shard_count; ++i) {
    workers.push_back(std::make_unique<Worker>(i, network, counters, seed + i, setting.prefix));
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
  reader.reset();
  writer->stop();
  uint64_t missed = 0;
  for (const auto &worker : workers) {
    EXPECT_TRUE(worker->done());
    missed += worker->missed_count();
  }
  EXPECT_EQ(counters.counter("events_sequenced_total").total(), shard_count * events_per_shard);
  if (setting.prefix == "live/") {
    EXPECT_EQ(counters.counter("events_missed_total").total(), missed);
  }
  return missed;
}

TEST(Threads, EverySubscriptionSeesEverySequenceFromItsOriginOn) {
  EXPECT_EQ(exchange_events({}), 0u);
}

TEST(Threads, FullLanesLoseNoAnswerAndNoWake) {
  EXPECT_EQ(exchange_events({.limits = {.requests = 4}}), 0u);
}

TEST(Threads, WhatFullFifosLeaveOutOfAStreamIsRead) {
  EXPECT_EQ(exchange_events({.limits = {.requests = 8, .events = 8}}), 0u);
}

TEST(Threads, FifosOfAStreamAreBoundedByBytes) {
  EXPECT_EQ(exchange_events({.limits = {.event_bytes = 2000}}), 0u);
}

TEST(Threads, WhatAStreamDoesNotKeepAnyMoreIsAnnounced) {
  exchange_events({.limits = {.requests = 64, .events = 8}, .kept_bytes = 1});
}

TEST(Threads, EveryEphemeralEventIsSeen) {
  EXPECT_EQ(exchange_events({.prefix = "live/"}), 0u);
}

TEST(Threads, WhatFullFifosLeaveOutOfEphemeralTopicsIsAnnounced) {
  exchange_events({.limits = {.requests = 8, .events = 8}, .prefix = "live/"});
}

TEST(Threads, FifosOfEphemeralTopicsAreBoundedByBytes) {
  exchange_events({.limits = {.event_bytes = 2000}, .prefix = "live/"});
}

}  // namespace
}  // namespace slipring::bus::testing
