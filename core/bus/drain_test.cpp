// drain(): how much it does, and whom it wakes.
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "base/topic.hpp"
#include "bus/testing.hpp"

namespace slipring::bus::testing {
namespace {

uint32_t home_of(std::string_view topic, uint32_t shards) {
  return static_cast<uint32_t>(hash_topic(topic) % shards);
}

TEST(Drain, NothingToDoIsDoneAtOnceAndWakesNobody) {
  Shards shards(2);
  EXPECT_FALSE(shards.bus(0).drain());
  EXPECT_FALSE(shards.bus(1).drain());
  EXPECT_TRUE(shards.woken.empty());
}

TEST(Drain, TheWriterDoesAtMostSomeThousandsOfEventsAndSaysThatMoreIsLeft) {
  Shards shards(3, {.requests = 4000});
  User &user = shards.user(0);
  user.subscribe(1, {"a"});
  shards.settle();
  for (uint32_t i = 0; i < 3; ++i) {
    for (int k = 0; k < 4000; ++k) ASSERT_EQ(shards.user(i).publish("a", ""), Port::Answer::taken);
  }
  EXPECT_TRUE(shards.writer.drain());
  EXPECT_LT(shards.total("events_sequenced_total"), 5000u);
  while (shards.writer.drain()) {
  }
  EXPECT_TRUE(shards.bus(0).drain());
  EXPECT_LT(user.deliveries.size(), 5000u);
  shards.settle();
  EXPECT_EQ(user.deliveries.size(), 12'000u);
}

TEST(Drain, AHomeDoesAtMostSomeThousandsOfEventsAndSaysThatMoreIsLeft) {
  Shards shards(3, {.requests = 4000}, {"live/#"});
  const uint32_t home = home_of("live/1", 3);
  User &user = shards.user(home);
  user.subscribe(1, {"live/1"});
  shards.settle();
  for (uint32_t i = 0; i < 3; ++i) {
    for (int k = 0; k < 4000; ++k) {
      ASSERT_EQ(shards.user(i).publish("live/1", ""), Port::Answer::taken);
    }
  }
  EXPECT_TRUE(shards.bus(home).drain());
  EXPECT_LT(shards.total("events_sequenced_total"), 5000u);
  EXPECT_LT(user.deliveries.size(), 5000u);
  shards.settle();
  EXPECT_EQ(user.deliveries.size(), 12'000u);
}

TEST(Drain, CountsDeliveriesToSubscribersToo) {
  Shards shards(1);
  for (uint32_t i = 0; i < 10'000; ++i) shards.user(0).subscribe(i, {"a"});
  shards.settle();
  for (int k = 0; k < 100; ++k) shards.user(0).publish("a", "");
  shards.writer.drain();
  EXPECT_TRUE(shards.bus(0).drain());
  EXPECT_LT(shards.user(0).deliveries.size(), 40u);
  EXPECT_TRUE(shards.bus(0).drain());
  EXPECT_LT(shards.user(0).deliveries.size(), 50u);
  shards.settle();
  EXPECT_EQ(shards.user(0).deliveries.size(), 100u);
}

TEST(Drain, WhatReceiversSendToTheirOwnShardIsLeftForTheNextOne) {
  Shards shards(1, {}, {"live/#"});
  User &user = shards.user(0);
  user.on_deliver = [&](const event::EventRef &) {
    if (user.deliveries.size() < 3) user.publish("live/1", "");
  };
  user.subscribe(1, {"live/1"});
  shards.settle();
  user.publish("live/1", "");
  EXPECT_TRUE(shards.bus(0).drain());
  EXPECT_EQ(user.deliveries.size(), 1u);
  EXPECT_TRUE(shards.bus(0).drain());
  EXPECT_FALSE(shards.bus(0).drain());
  EXPECT_EQ(user.deliveries.size(), 3u);
}

TEST(Drain, WakesTheHomesThatWereAskedSomethingSinceTheLastOne) {
  Shards shards(2, {}, {"live/#"});
  const uint32_t home = home_of("live/1", 2);
  const uint32_t away = 1 - home;
  for (const char *topic : {"a", "a", "live/1", "live/1"}) shards.user(away).publish(topic, "");
  EXPECT_TRUE(shards.woken.empty());
  shards.bus(away).drain();
  EXPECT_EQ(shards.woken, (std::vector<uint32_t>{shards.network.writer(), home}));
  shards.bus(away).drain();
  EXPECT_EQ(shards.woken.size(), 2u);
}

TEST(Drain, DoesNotWakeAHomeThatIsAboutToRun) {
  Shards shards(3);
  const std::vector<uint32_t> writer{shards.network.writer()};
  for (uint32_t i = 0; i < 3; ++i) {
    shards.user(i).publish("a", "");
    shards.bus(i).drain();
  }
  EXPECT_EQ(shards.woken, writer);
  shards.writer.drain();
  shards.woken.clear();
  shards.user(1).publish("a", "");
  shards.bus(1).drain();
  EXPECT_EQ(shards.woken, writer);
}

TEST(Drain, AShardThatComesBackAnywayIsNotWoken) {
  Shards shards(2, {}, {"live/#"});
  const uint32_t home = home_of("live/1", 2);
  User &user = shards.user(home);
  user.on_deliver = [&](const event::EventRef &) { user.publish("live/1", ""); };
  user.subscribe(1, {"live/1"});
  shards.settle();
  user.publish("live/1", "");
  ASSERT_TRUE(shards.bus(home).drain());
  shards.woken.clear();
  shards.user(1 - home).publish("live/1", "");
  shards.bus(1 - home).drain();
  EXPECT_TRUE(shards.woken.empty());
}

TEST(Drain, AWriterThatComesBackAnywayIsNotWoken) {
  Shards shards(2, {.requests = 5000});
  for (int i = 0; i < 5000; ++i) shards.user(0).publish("a", "");
  ASSERT_TRUE(shards.writer.drain());
  shards.woken.clear();
  shards.user(1).publish("a", "");
  shards.bus(1).drain();
  EXPECT_TRUE(shards.woken.empty());
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST(Network, OfManyIdleShardsLanesTakeNoMemory) {
  const auto resident = [] {
    std::ifstream file("/proc/self/statm");
    size_t all = 0;
    size_t pages = 0;
    file >> all >> pages;
    return pages * static_cast<size_t>(sysconf(_SC_PAGESIZE));
  };
  const size_t before = resident();
  const Network network(64, Streams(64, {}, default_stream()), {}, {.wake = [](uint32_t) {}});
  // 4,160 pairs of lanes: a few KiB for each, not the 350 KiB that they can hold.
  EXPECT_LT(resident() - before, 4160u * 16 * 1024);
}
#endif

}  // namespace
}  // namespace slipring::bus::testing
