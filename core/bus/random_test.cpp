// Everything at once, in an order that a seed decides: publishes, subscriptions that come and go,
// and shards that drain when they are told to. Afterwards each subscription is held against what
// was sequenced: between its origin and its end it got every event of the stream that its filters
// match, once and in order; of ephemeral topics every one, or it was told of a gap.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "base/topic.hpp"
#include "bus/testing.hpp"

namespace slipring::bus::testing {
namespace {

constexpr uint32_t shard_count = 4;

// What one subscription was called with.
struct History {
  std::vector<std::string> filters;
  bool begun = false;
  uint64_t origin = 0;
  uint64_t end = 0;  // where it stood when it was taken back
  std::vector<uint64_t> delivered;
  size_t missed_ephemeral = 0;                // announcements
  std::map<std::string, uint64_t> ephemeral;  // topic and the last number
};

class Everything {
 public:
  Everything(uint32_t seed, NetworkLimits limits)
      : shards_(shard_count, limits, {"live/#"}), random_(seed) {
    for (uint32_t i = 0; i < shard_count; ++i) hosts_.push_back(std::make_unique<Host>(*this, i));
  }

  void run(int steps) {
    for (int step = 0; step < steps; ++step) {
      const uint32_t shard = below(shard_count);
      if (below(4) == 0) shards_.writer.drain();
      switch (below(6)) {
        case 0:
          publish_ephemeral();
          break;
        case 1:
        case 2:
          publish(*hosts_[shard]);
          break;
        case 3:
          below(2) == 0 ? subscribe(*hosts_[shard]) : unsubscribe(*hosts_[shard]);
          break;
        default:
          shards_.bus(shard).drain();
          break;
      }
    }
    shards_.settle();
  }

  void check() {
    EXPECT_EQ(done_, taken_);
    EXPECT_EQ(topics_.size(), last_sequence());
    for (const auto &host : hosts_) {
      for (const auto &[number, history] : host->histories) check(*host, number, history);
    }
  }

  struct Tally {
    size_t delivered = 0;
    size_t gaps = 0;
  };
  Tally tally() const {
    Tally tally;
    for (const auto &host : hosts_) {
      for (const auto &[number, history] : host->histories) {
        tally.delivered += history.delivered.size();
        tally.gaps += history.missed_ephemeral;
      }
    }
    return tally;
  }

 private:
  struct Host : Receiver {
    Host(Everything &all, uint32_t shard) : all(all), port(all.shards_.bus(shard), *this) {}

    void deliver(const event::EventRef &event, std::span<const Match> matches, uint32_t) override {
      for (const Match &match : matches) {
        History &history = histories.at(match.subscription);
        EXPECT_TRUE(history.begun);
        if (event->record().stream() != 0) {
          history.delivered.push_back(event->record().sequence());
          continue;
        }
        // Numbers of a topic rise one by one, unless a gap was announced.
        const uint64_t number = std::stoull(payload_of(event));
        uint64_t &last = history.ephemeral[std::string(event->topic())];
        if (last != 0 && history.missed_ephemeral == 0) {
          EXPECT_EQ(number, last + 1) << event->topic();
        }
        EXPECT_GT(number, last);
        last = number;
      }
    }
    void missed(const Missed &missed, std::span<const Match> matches) override {
      for (const Match &match : matches) {
        History &history = histories.at(match.subscription);
        EXPECT_EQ(missed.stream, 0u) << "of a stream nothing is missed";
        ++history.missed_ephemeral;
      }
    }
    void subscribed(Match who, const Origin &origin) override {
      History &history = histories.at(who.subscription);
      EXPECT_FALSE(history.begun);
      history.begun = true;
      if (!origin.positions.empty()) history.origin = origin.positions[0].sequence;
    }
    void published(uint64_t token, const Published &published) override {
      ++all.done_;
      const std::vector<std::string> topics = std::move(all.under_way_.at(token));
      for (size_t i = 0; i < topics.size(); ++i) {
        const event::Position &position = published.positions[i];
        EXPECT_EQ(position.stream == 0, topics[i].starts_with("live/"));
        if (position.stream != 0) {
          EXPECT_TRUE(all.topics_.emplace(position.sequence, topics[i]).second);
        }
      }
    }
    void refused(Match, const Status &why) override { ADD_FAILURE() << why.message(); }
    void room() override {}

    Everything &all;
    Port port;
    std::map<uint32_t, History> histories;
    std::vector<uint32_t> subscriptions;  // not taken back
  };

  uint32_t below(uint32_t end) {
    return std::uniform_int_distribution<uint32_t>(0, end - 1)(random_);
  }

  // An event to an ephemeral topic comes from one shard alone.
  Host &publisher_of(const std::string &topic) { return *hosts_[hash_topic(topic) % 3]; }

  void publish_ephemeral() {
    const std::string topic = "live/" + std::to_string(below(3));
    const std::string number = std::to_string(numbers_[topic] + 1);
    event::EventRef event = event::testing::make({.topic = topic, .payload = number});
    const uint64_t token = taken_ + 1;
    if (publisher_of(topic).port.publish({&event, 1}, token) == Port::Answer::full) return;
    ++numbers_[topic];
    under_way_[++taken_] = {topic};
  }

  void publish(Host &host) {
    std::vector<event::EventRef> events;
    std::vector<std::string> topics;
    std::map<std::string, uint64_t> numbers = numbers_;
    for (uint32_t i = below(3) == 0 ? 3 : 1; i > 0; --i) {
      static const char *const first[] = {"a/", "b/", "live/"};
      topics.push_back(first[below(3)] + std::to_string(below(3)));
      const std::string number = std::to_string(++numbers[topics.back()]);
      events.push_back(event::testing::make({.topic = topics.back(), .payload = number}));
    }
    // The order in which two shards' events of a topic are sequenced is the home's to decide: only
    // one shard publishes to an ephemeral topic, so that its numbers rise.
    const bool own = std::all_of(topics.begin(), topics.end(), [&](const std::string &topic) {
      return !topic.starts_with("live/") || &host == &publisher_of(topic);
    });
    if (!own || host.port.publish(events, taken_ + 1) == Port::Answer::full) return;
    numbers_ = std::move(numbers);
    under_way_[++taken_] = std::move(topics);
  }

  void subscribe(Host &host) {
    static const char *const filters[] = {"#",   "a/#", "a/0", "a/1",    "+/1",
                                          "b/+", "+/2", "b/2", "live/+", "live/1"};
    const uint32_t number = ++last_subscription_;
    History &history = host.histories[number];
    for (uint32_t i = 1 + below(2); i > 0; --i) history.filters.push_back(filters[below(10)]);
    host.subscriptions.push_back(number);
    host.port.subscribe({nullptr, number}, history.filters);
  }

  void unsubscribe(Host &host) {
    if (host.subscriptions.empty()) return;
    const auto chosen =
        host.subscriptions.begin() + below(static_cast<uint32_t>(host.subscriptions.size()));
    History &history = host.histories[*chosen];
    if (history.begun) history.end = stand(host, *chosen);
    host.port.unsubscribe({nullptr, *chosen});
    host.subscriptions.erase(chosen);
  }

  static uint64_t stand(const Host &host, uint32_t subscription) {
    const Origin stand = host.port.stand({nullptr, subscription});
    return stand.positions.empty() ? 0 : stand.positions[0].sequence;
  }

  uint64_t last_sequence() const { return topics_.empty() ? 0 : topics_.rbegin()->first; }

  void check(const Host &host, uint32_t number, const History &history) {
    const bool alive = std::find(host.subscriptions.begin(), host.subscriptions.end(), number) !=
                       host.subscriptions.end();
    ASSERT_TRUE(history.begun || !alive) << "an answer was lost";
    // All has come to rest: one that still lives has seen all.
    const uint64_t end = alive ? last_sequence() : history.end;
    size_t next = 0;
    for (auto at = topics_.upper_bound(history.origin); at != topics_.upper_bound(end); ++at) {
      const uint64_t sequence = at->first;
      const bool wanted = std::any_of(
          history.filters.begin(), history.filters.end(),
          [&](const std::string &filter) { return filter_matches(filter, at->second); });
      if (!wanted) continue;
      ASSERT_LT(next, history.delivered.size()) << "subscription " << number << " lacks the end";
      ASSERT_EQ(history.delivered[next], sequence) << "subscription " << number;
      ++next;
    }
    EXPECT_EQ(next, history.delivered.size()) << "subscription " << number << " got too much";
  }

  Shards shards_;
  std::mt19937 random_;
  std::vector<std::unique_ptr<Host>> hosts_;
  std::map<uint64_t, std::vector<std::string>> under_way_;  // topics by token
  std::map<uint64_t, std::string> topics_;                  // of the stream by sequence
  std::map<std::string, uint64_t> numbers_;                 // last one of a topic
  uint64_t taken_ = 0;
  uint64_t done_ = 0;
  uint32_t last_subscription_ = 0;
};

Everything::Tally run_everything(NetworkLimits limits) {
  const uint32_t seed = random_seed();
  SCOPED_TRACE("seed " + std::to_string(seed));
  Everything everything(seed, limits);
  everything.run(20'000);
  everything.check();
  return everything.tally();
}

TEST(Random, EverySubscriptionGetsAllFromItsOriginOn) {
  const Everything::Tally tally = run_everything({});
  EXPECT_GT(tally.delivered, 10'000u);
  EXPECT_EQ(tally.gaps, 0u);
}

TEST(Random, AndOfEphemeralTopicsIsToldOfAGap) {
  const Everything::Tally tally = run_everything({.requests = 8, .events = 6});
  EXPECT_GT(tally.delivered, 1'000u);
  EXPECT_GT(tally.gaps, 100u);
}

TEST(Random, AndWithAlmostNoRoomAtAll) {
  run_everything({.requests = 1, .events = 1, .event_bytes = 300});
}

}  // namespace
}  // namespace slipring::bus::testing
