// A shard that does not keep up: what it misses is counted and announced, and answers are never
// lost.
#include <gtest/gtest.h>

#include "bus/testing.hpp"

namespace slipring::bus::testing {
namespace {

// One shard subscribes to "a" and then does not drain; the home publishes.
class FullFifo : public ::testing::Test {
 protected:
  void begin(NetworkLimits limits, std::vector<std::string> ephemeral = {}) {
    shards_ = std::make_unique<Shards>(2, limits, std::move(ephemeral));
    slow().subscribe(1, {"a"});
    slow().subscribe(2, {"other/#"});
    shards_->settle();
  }
  User &slow() { return shards_->user(1 - shards_->home()); }
  ShardBus &slow_bus() { return shards_->bus(1 - shards_->home()); }
  User &home() { return shards_->user(shards_->home()); }
  ShardBus &home_bus() { return shards_->bus(shards_->home()); }
  void publish(int count, std::string_view topic = "a", std::string_view payload = "") {
    for (int i = 0; i < count; ++i) {
      ASSERT_EQ(home().publish(topic, payload), Port::Answer::taken);
      while (home_bus().drain()) {
      }
    }
  }

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
  EXPECT_EQ(missed.stream, 1u);
  EXPECT_EQ(missed.epoch, epoch);
  EXPECT_EQ(missed.from, 5u);
  EXPECT_EQ(missed.to, 10u);
  EXPECT_EQ(missed.count, 6u);
  EXPECT_EQ(slow().misses[0].subscriptions, (std::vector<uint32_t>{1, 2}));
}

TEST_F(FullFifo, TheNextEventComesBehindTheAnnouncement) {
  begin({.events = 2});
  publish(3);
  slow_bus().drain();
  bool announced = false;
  slow().on_deliver = [&](const event::EventRef &) { announced = !slow().misses.empty(); };
  publish(1, "a", "next");
  shards_->settle();
  EXPECT_TRUE(announced);
  EXPECT_EQ(slow().deliveries.back().payload, "next");
  EXPECT_EQ(slow().misses.at(0).missed.from, 3u);
  EXPECT_EQ(slow().misses.at(0).missed.to, 3u);
}

TEST_F(FullFifo, OnlyWhatTheShardWantedIsMissed) {
  begin({.events = 2});
  publish(2);
  publish(50, "nobody wants it");
  publish(3);
  publish(50, "nobody wants it");
  shards_->settle();
  ASSERT_EQ(slow().misses.size(), 1u);
  EXPECT_EQ(slow().misses[0].missed.count, 3u);
  EXPECT_EQ(slow().misses[0].missed.from, 53u);
  EXPECT_EQ(slow().misses[0].missed.to, 55u);
}

TEST_F(FullFifo, ItIsFullByBytesToo) {
  begin({.event_bytes = 10'000});
  publish(10, "a", std::string(3000, 'x'));
  shards_->settle();
  EXPECT_EQ(slow().deliveries.size(), 3u);
  EXPECT_EQ(slow().missed_count(), 7u);
}

TEST_F(FullFifo, AnEventLargerThanAllOfItPassesAlone) {
  begin({.event_bytes = 1'000});
  publish(1, "a", std::string(5000, 'x'));
  shards_->settle();
  publish(2, "a", std::string(5000, 'x'));
  shards_->settle();
  EXPECT_EQ(slow().deliveries.size(), 2u);
  EXPECT_EQ(slow().missed_count(), 1u);
}

TEST_F(FullFifo, OfEphemeralTopicsTheNumberIsAnnounced) {
  begin({.events = 2}, {"live/#"});
  slow().subscribe(3, {"live/+"});
  shards_->settle();
  for (int i = 0; i < 5; ++i) {
    home().publish("live/x", "");
    for (uint32_t shard = 0; shard < 2; ++shard) {
      if (&shards_->bus(shard) != &slow_bus()) shards_->bus(shard).drain();
    }
  }
  shards_->settle();
  ASSERT_EQ(slow().deliveries.size() + slow().missed_count(), 5u);
  for (const Recorder::Miss &miss : slow().misses) {
    EXPECT_EQ(miss.missed.stream, 0u);
    EXPECT_EQ(miss.missed.from, 0u);
    EXPECT_EQ(miss.subscriptions, std::vector<uint32_t>{3});
  }
}

TEST_F(FullFifo, AnAnswerFindsRoomInAFullFifoAndBringsWhatWasMissed) {
  begin({.requests = 4, .events = 2});
  publish(5);
  for (uint64_t token = 1; token <= 2; ++token) slow().publish("x", "", token);
  slow().subscribe(3, {"new"});
  home_bus().drain();
  publish(5);
  slow_bus().drain();
  EXPECT_EQ(slow().dones.size(), 2u);
  ASSERT_EQ(slow().begins.size(), 3u);
  ASSERT_EQ(slow().misses.size(), 1u);
  // What was missed before the subscription was answered is not announced to it.
  EXPECT_EQ(slow().misses[0].missed.to, 5u);
  EXPECT_EQ(slow().misses[0].subscriptions, (std::vector<uint32_t>{1, 2}));
  EXPECT_EQ(slow().begins[2].origin.positions.at(0).sequence, 7u);
  shards_->settle();
  ASSERT_EQ(slow().misses.size(), 2u);
  EXPECT_EQ(slow().misses[1].missed.from, 8u);
  EXPECT_EQ(slow().misses[1].missed.count, 5u);
}

TEST_F(FullFifo, TheSlowShardWakesTheHomeThatWaitsToAnnounce) {
  begin({.events = 2});
  publish(3);
  shards_->woken.clear();
  slow_bus().drain();
  EXPECT_EQ(shards_->woken, std::vector<uint32_t>{shards_->home()});
  home_bus().drain();
  slow_bus().drain();
  EXPECT_EQ(slow().missed_count(), 1u);
}

TEST_F(FullFifo, StandIsBehindWhatWasMissed) {
  begin({.events = 2});
  publish(7);
  shards_->settle();
  EXPECT_EQ(slow().port.stand({&slow(), 1}).positions.at(0).sequence, 7u);
}

TEST(Fifo, AShardsOwnFifoIsBoundedToo) {
  Shards shards(1, {.events = 4});
  shards.user(0).subscribe(1, {"a"});
  shards.settle();
  for (int i = 0; i < 10; ++i) shards.user(0).publish("a", std::to_string(i));
  shards.settle();
  EXPECT_EQ(shards.user(0).deliveries.size(), 4u);
  EXPECT_EQ(shards.user(0).missed_count(), 6u);
}

TEST(Fifo, OneSlowShardCostsTheOthersNothing) {
  Shards shards(3, {.events = 4});
  const uint32_t slow = (shards.home() + 1) % 3;
  const uint32_t quick = (shards.home() + 2) % 3;
  for (uint32_t shard : {slow, quick}) shards.user(shard).subscribe(1, {"a"});
  shards.settle();
  for (int i = 0; i < 100; ++i) {
    shards.user(quick).publish("a", "", 1);
    shards.bus(shards.home()).drain();
    shards.bus(quick).drain();
  }
  EXPECT_EQ(shards.user(quick).deliveries.size(), 100u);
  EXPECT_EQ(shards.user(quick).missed_count(), 0u);
  shards.settle();
  EXPECT_EQ(shards.user(slow).deliveries.size(), 4u);
  EXPECT_EQ(shards.user(slow).missed_count(), 96u);
}

}  // namespace
}  // namespace slipring::bus::testing
