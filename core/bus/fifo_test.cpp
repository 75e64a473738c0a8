// A shard that does not keep up. Of ephemeral topics what it misses is counted and announced; of a
// stream it misses nothing, for its subscriptions read on by themselves. Answers are never lost.
#include <gtest/gtest.h>
#include <slipring/ext/events.h>

#include <numeric>

#include "base/topic.hpp"
#include "bus/testing.hpp"

namespace slipring::bus::testing {
namespace {

using Numbers = std::vector<uint32_t>;

// An ephemeral topic at home on shard 0 of two.
std::string topic_of_home(const std::string &prefix) {
  for (int i = 0;; ++i) {
    std::string topic = prefix + std::to_string(i);
    if (hash_topic(topic) % 2 == 0) return topic;
  }
}

std::vector<uint64_t> from_one_to(uint64_t last) {
  std::vector<uint64_t> sequences(last);
  std::iota(sequences.begin(), sequences.end(), 1);
  return sequences;
}

// Shard 1 subscribes and then does not drain; shard 0, home to the topics, publishes.
class FullFifo : public ::testing::Test {
 protected:
  void begin(NetworkLimits limits) {
    shards_ = std::make_unique<Shards>(2, limits, std::vector<std::string>{"live/#"});
    slow().subscribe(1, {topic_});
    slow().subscribe(2, {"live/not/these/#"});
    slow().subscribe(3, {"of/a/stream"});
    shards_->settle();
  }
  User &slow() { return shards_->user(1); }
  ShardBus &slow_bus() { return shards_->bus(1); }
  User &home() { return shards_->user(0); }
  ShardBus &home_bus() { return shards_->bus(0); }
  void publish(int count, std::string_view topic, std::string_view payload = "") {
    for (int i = 0; i < count; ++i) {
      ASSERT_EQ(home().publish(topic, payload), Port::Answer::taken);
      while (home_bus().drain()) {
      }
    }
  }
  void publish(int count) { publish(count, topic_); }

  const std::string topic_ = topic_of_home("live/");
  const std::string unwanted_ = topic_of_home("live/unwanted/");
  std::unique_ptr<Shards> shards_;
};

TEST_F(FullFifo, WhatDidNotFitIsAnnouncedBehindWhatDidAlsoWhenNothingFollows) {
  begin({.events = 4});
  publish(10);
  EXPECT_EQ(shards_->total("events_missed_total"), 6u);
  shards_->settle();
  EXPECT_EQ(slow().deliveries.size(), 4u);
  ASSERT_EQ(slow().misses.size(), 1u);
  const Missed &missed = slow().misses[0].missed;
  EXPECT_EQ(missed.stream, 0u);
  EXPECT_EQ(missed.epoch, 0u);
  EXPECT_EQ(missed.from, 0u);
  EXPECT_EQ(missed.to, 0u);
  EXPECT_EQ(missed.count, 6u);
  EXPECT_EQ(slow().misses[0].subscriptions, (Numbers{1, 2}));
}

TEST_F(FullFifo, TheNextEventComesBehindTheAnnouncement) {
  begin({.events = 2});
  publish(3);
  slow_bus().drain();
  bool announced = false;
  slow().on_deliver = [&](const event::EventRef &) { announced = !slow().misses.empty(); };
  publish(1, topic_, "next");
  shards_->settle();
  EXPECT_TRUE(announced);
  EXPECT_EQ(slow().deliveries.back().payload, "next");
  EXPECT_EQ(slow().misses.at(0).missed.count, 1u);
}

TEST_F(FullFifo, OnlyWhatTheShardWantedIsMissed) {
  begin({.events = 2});
  publish(2);
  publish(50, unwanted_);
  publish(3);
  publish(50, unwanted_);
  shards_->settle();
  ASSERT_EQ(slow().misses.size(), 1u);
  EXPECT_EQ(slow().misses[0].missed.count, 3u);
}

TEST_F(FullFifo, ItIsFullByBytesToo) {
  begin({.event_bytes = 10'000});
  publish(10, topic_, std::string(3000, 'x'));
  shards_->settle();
  EXPECT_EQ(slow().deliveries.size(), 3u);
  EXPECT_EQ(slow().missed_count(), 7u);
}

TEST_F(FullFifo, AnEventLargerThanAllOfItPassesAlone) {
  begin({.event_bytes = 1'000});
  publish(1, topic_, std::string(5000, 'x'));
  shards_->settle();
  publish(2, topic_, std::string(5000, 'x'));
  shards_->settle();
  EXPECT_EQ(slow().deliveries.size(), 2u);
  EXPECT_EQ(slow().missed_count(), 1u);
}

TEST_F(FullFifo, AnAnswerFindsRoomInAFullFifoAndBringsWhatWasMissed) {
  begin({.requests = 4, .events = 2});
  publish(5);
  for (uint64_t token = 1; token <= 2; ++token) slow().publish(unwanted_, "", token);
  slow().subscribe(4, {topic_of_home("live/new/")});
  home_bus().drain();
  publish(5);
  slow_bus().drain();
  EXPECT_EQ(slow().dones.size(), 2u);
  ASSERT_EQ(slow().begins.size(), 4u);
  ASSERT_EQ(slow().misses.size(), 1u);
  // What was missed before the subscription was answered is not announced to it.
  EXPECT_EQ(slow().misses[0].missed.count, 3u);
  EXPECT_EQ(slow().misses[0].subscriptions, (Numbers{1, 2}));
  shards_->settle();
  ASSERT_EQ(slow().misses.size(), 2u);
  EXPECT_EQ(slow().misses[1].missed.count, 5u);
  EXPECT_EQ(slow().misses[1].subscriptions, (Numbers{1, 2, 4}));
}

TEST_F(FullFifo, TheSlowShardWakesTheHomeThatWaitsToAnnounce) {
  begin({.events = 2});
  publish(3);
  shards_->woken.clear();
  slow_bus().drain();
  EXPECT_EQ(shards_->woken, Numbers{0});
  home_bus().drain();
  slow_bus().drain();
  EXPECT_EQ(slow().missed_count(), 1u);
}

TEST(Fifo, AShardsOwnFifoIsBoundedToo) {
  Shards shards(1, {.events = 4}, {"live/#"});
  shards.user(0).subscribe(1, {"live/1"});
  shards.settle();
  for (int i = 0; i < 10; ++i) shards.user(0).publish("live/1", std::to_string(i));
  shards.settle();
  EXPECT_EQ(shards.user(0).deliveries.size(), 4u);
  EXPECT_EQ(shards.user(0).missed_count(), 6u);
}

TEST(Fifo, OneSlowShardCostsTheOthersNothing) {
  Shards shards(3, {.events = 4}, {"live/#"});
  const uint32_t home = static_cast<uint32_t>(hash_topic("live/1") % 3);
  const uint32_t slow = (home + 1) % 3;
  const uint32_t quick = (home + 2) % 3;
  for (const uint32_t shard : {slow, quick}) shards.user(shard).subscribe(1, {"live/1"});
  shards.settle();
  for (int i = 0; i < 100; ++i) {
    shards.user(quick).publish("live/1", "", 1);
    shards.bus(home).drain();
    shards.bus(quick).drain();
  }
  EXPECT_EQ(shards.user(quick).deliveries.size(), 100u);
  EXPECT_EQ(shards.user(quick).missed_count(), 0u);
  shards.settle();
  EXPECT_EQ(shards.user(slow).deliveries.size(), 4u);
  EXPECT_EQ(shards.user(slow).missed_count(), 96u);
}

// Shard 1 subscribes to "a" of the stream and then does not drain; shard 0 publishes.
class FullStreamFifo : public ::testing::Test {
 protected:
  void begin(NetworkLimits limits) {
    shards_ = std::make_unique<Shards>(2, limits);
    slow().subscribe(1, {"a"});
    slow().subscribe(2, {"other/#"});
    shards_->settle();
  }
  User &slow() { return shards_->user(1); }
  User &publisher() { return shards_->user(0); }
  void publish(int count, std::string_view topic = "a", std::string_view payload = "") {
    for (int i = 0; i < count; ++i) {
      ASSERT_EQ(publisher().publish(topic, payload), Port::Answer::taken);
      while (shards_->bus(0).drain() || shards_->writer.drain()) {
      }
    }
  }

  std::unique_ptr<Shards> shards_;
};

TEST_F(FullStreamFifo, WhatDidNotFitIsReadAndComesOnceInOrder) {
  begin({.events = 4});
  publish(10);
  EXPECT_EQ(shards_->total("events_missed_total"), 6u);
  shards_->settle();
  EXPECT_EQ(slow().sequences(), from_one_to(10));
  EXPECT_TRUE(slow().misses.empty());
  for (const Recorder::Delivery &delivery : slow().deliveries) {
    EXPECT_EQ(delivery.subscriptions, Numbers{1});
    EXPECT_EQ(delivery.flags, delivery.sequence <= 4 ? 0u : uint32_t{SLIPRING_EVENT_REPLAYED});
  }
}

TEST_F(FullStreamFifo, TheNextEventComesBehindIt) {
  begin({.events = 2});
  publish(3);
  shards_->bus(1).drain();
  publish(1, "a", "next");
  shards_->settle();
  EXPECT_EQ(slow().sequences(), from_one_to(4));
  EXPECT_EQ(slow().deliveries.back().payload, "next");
}

TEST_F(FullStreamFifo, WhoIsLevelAgainGetsWhatComes) {
  begin({.events = 2});
  publish(5);
  shards_->settle();
  publish(1);
  shards_->settle();
  EXPECT_EQ(slow().sequences(), from_one_to(6));
  EXPECT_EQ(slow().deliveries.back().flags, 0u);
}

TEST_F(FullStreamFifo, WhatTheShardDidNotWantIsPassedOver) {
  begin({.events = 2});
  publish(2);
  publish(50, "nobody wants it");
  publish(3);
  publish(50, "nobody wants it");
  publish(1, "other/1");
  shards_->settle();
  EXPECT_EQ(slow().sequences(), (std::vector<uint64_t>{1, 2, 53, 54, 55, 106}));
  EXPECT_EQ(slow().deliveries.back().subscriptions, Numbers{2});
}

TEST_F(FullStreamFifo, ItIsFullByBytesToo) {
  begin({.event_bytes = 10'000});
  publish(10, "a", std::string(3000, 'x'));
  EXPECT_EQ(shards_->total("events_missed_total"), 7u);
  shards_->settle();
  EXPECT_EQ(slow().sequences(), from_one_to(10));
}

TEST_F(FullStreamFifo, AnAnswerFindsRoomAndWhoBeginsWithItBeginsBehindWhatWasMissed) {
  begin({.requests = 4, .events = 2});
  publish(5);
  for (uint64_t token = 1; token <= 2; ++token) slow().publish("x", "", token);
  slow().subscribe(3, {"+"});
  shards_->writer.drain();
  publish(5);
  shards_->bus(1).drain();
  EXPECT_EQ(slow().dones.size(), 2u);
  ASSERT_EQ(slow().begins.size(), 3u);
  EXPECT_EQ(slow().begins[2].origin.positions.at(0).sequence, 7u);
  shards_->settle();
  std::vector<uint64_t> first;
  std::vector<uint64_t> third;
  for (const Recorder::Delivery &delivery : slow().deliveries) {
    for (const uint32_t number : delivery.subscriptions) {
      (number == 1 ? first : third).push_back(delivery.sequence);
    }
  }
  EXPECT_EQ(first, (std::vector<uint64_t>{1, 2, 3, 4, 5, 8, 9, 10, 11, 12}));
  EXPECT_EQ(third, (std::vector<uint64_t>{8, 9, 10, 11, 12}));
  EXPECT_TRUE(slow().misses.empty());
}

TEST_F(FullStreamFifo, TheSlowShardWakesTheWriterThatWaitsToAnnounce) {
  begin({.events = 2});
  publish(3);
  shards_->woken.clear();
  shards_->bus(1).drain();
  EXPECT_EQ(shards_->woken, Numbers{shards_->network.writer()});
  shards_->writer.drain();
  shards_->bus(1).drain();
  EXPECT_EQ(slow().sequences(), from_one_to(3));
}

TEST_F(FullStreamFifo, StandIsBehindWhatWasReadInstead) {
  begin({.events = 2});
  publish(7);
  shards_->settle();
  EXPECT_EQ(slow().port.stand({&slow(), 1}).positions.at(0).sequence, 7u);
  EXPECT_EQ(slow().port.stand({&slow(), 2}).positions.at(0).sequence, 7u);
}

TEST(StreamFifo, OneSlowShardCostsTheOthersNothing) {
  Shards shards(3, {.events = 4});
  for (const uint32_t shard : {1u, 2u}) shards.user(shard).subscribe(1, {"a"});
  shards.settle();
  for (int i = 0; i < 100; ++i) {
    shards.user(2).publish("a", "", 1);
    shards.writer.drain();
    shards.bus(2).drain();
  }
  EXPECT_EQ(shards.user(2).sequences(), from_one_to(100));
  for (const Recorder::Delivery &delivery : shards.user(2).deliveries) {
    EXPECT_EQ(delivery.flags, 0u);
  }
  shards.settle();
  EXPECT_EQ(shards.user(1).sequences(), from_one_to(100));
}

}  // namespace
}  // namespace slipring::bus::testing
