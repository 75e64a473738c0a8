// Publishing: sequences, homes, answers, and what happens when a lane is full.
#include <gtest/gtest.h>

#include <algorithm>

#include "bus/testing.hpp"

namespace slipring::bus::testing {
namespace {

using Positions = std::vector<event::Position>;

std::vector<event::EventRef> events(std::initializer_list<const char *> topics) {
  std::vector<event::EventRef> events;
  for (const char *topic : topics) events.push_back(event::testing::make({.topic = topic}));
  return events;
}

TEST(Publish, SequencesBeginAtOneAndHaveNoGaps) {
  Shards shards(3);
  for (uint32_t round = 0; round < 4; ++round) {
    for (uint32_t i = 0; i < 3; ++i) shards.user(i).publish("a", "", 1);
    shards.settle();
  }
  std::vector<uint64_t> sequences;
  for (uint32_t i = 0; i < 3; ++i) {
    for (const Recorder::Done &done : shards.user(i).dones) {
      ASSERT_EQ(done.positions.size(), 1u);
      EXPECT_EQ(done.positions[0].stream, 1u);
      EXPECT_EQ(done.positions[0].epoch, epoch);
      sequences.push_back(done.positions[0].sequence);
    }
  }
  std::sort(sequences.begin(), sequences.end());
  ASSERT_EQ(sequences.size(), 12u);
  for (size_t i = 0; i < 12; ++i) EXPECT_EQ(sequences[i], i + 1);
  EXPECT_EQ(shards.total("events_published_total"), 12u);
  EXPECT_EQ(shards.total("events_sequenced_total"), 12u);
}

TEST(Publish, TheEventCarriesWhatTheHomeAssigned) {
  Shards shards(1);
  shards.user(0).subscribe(1, {"#"});
  shards.settle();
  shards.now_ns = 42;
  shards.user(0).on_deliver = [](const event::EventRef &event) {
    EXPECT_EQ(event->record().stream(), 1u);
    EXPECT_EQ(event->record().epoch(), epoch);
    EXPECT_EQ(event->record().sequence(), 1u);
    EXPECT_EQ(event->record().recorded_ns(), 42);
  };
  shards.user(0).publish("a", "");
  shards.settle();
  EXPECT_EQ(shards.user(0).deliveries.size(), 1u);
}

TEST(Publish, AnEphemeralTopicHasOrderAndNoPosition) {
  Shards shards(4, {}, {"live/#"});
  shards.user(0).subscribe(1, {"live/+"});
  shards.settle();
  for (int i = 0; i < 10; ++i) shards.user(1).publish("live/x", std::to_string(i), 5);
  shards.settle();
  ASSERT_EQ(shards.user(0).deliveries.size(), 10u);
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(shards.user(0).deliveries[static_cast<size_t>(i)].payload, std::to_string(i));
    EXPECT_EQ(shards.user(0).deliveries[static_cast<size_t>(i)].sequence, 0u);
  }
  EXPECT_EQ(shards.user(1).dones.at(0).positions, Positions{{}});
}

TEST(Publish, SeveralEventsAreSequencedOneAfterAnother) {
  Shards shards(2);
  auto batch = events({"a", "b", "c"});
  EXPECT_EQ(shards.user(0).port.publish(batch, 9), Port::Answer::taken);
  shards.user(1).publish("x", "");
  shards.settle();
  ASSERT_EQ(shards.user(0).dones.size(), 1u);
  const Positions &positions = shards.user(0).dones[0].positions;
  ASSERT_EQ(positions.size(), 3u);
  EXPECT_EQ(positions[1].sequence, positions[0].sequence + 1);
  EXPECT_EQ(positions[2].sequence, positions[0].sequence + 2);
}

TEST(Publish, EventsOfSeveralHomesAreDoneTogetherWithPositionsInTheirOrder) {
  Shards shards(4, {}, {"live/#"});
  auto batch = events({"live/1", "a", "live/2", "b", "live/3", "live/4"});
  const uint32_t here = 0;
  EXPECT_EQ(shards.user(here).port.publish(batch, 9), Port::Answer::taken);
  shards.settle();
  ASSERT_EQ(shards.user(here).dones.size(), 1u);
  EXPECT_EQ(shards.user(here).dones[0].token, 9u);
  EXPECT_EQ(shards.user(here).dones[0].positions,
            (Positions{{}, {1, epoch, 1}, {}, {1, epoch, 2}, {}, {}}));
}

TEST(Publish, TokenZeroIsAnsweredToNobody) {
  Shards shards(2, {.requests = 2}, {"live/#"});
  for (int i = 0; i < 10; ++i) {
    auto batch = events({"a", "live/1", "live/2", "live/3"});
    ASSERT_EQ(shards.user(0).port.publish(batch, 0), Port::Answer::taken);
    shards.settle();
  }
  EXPECT_TRUE(shards.user(0).dones.empty());
  EXPECT_EQ(shards.total("events_sequenced_total"), 40u);
}

TEST(Publish, AFullLaneTakesNothingAndLaterSaysThatThereIsRoom) {
  Shards shards(2, {.requests = 3});
  User &user = shards.user(1);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(user.publish("a", "", 1), Port::Answer::taken);
  EXPECT_EQ(user.publish("a", "", 1), Port::Answer::full);
  EXPECT_EQ(user.publish("a", "", 1), Port::Answer::full);
  EXPECT_EQ(user.rooms, 0u);
  shards.bus(1).drain();
  EXPECT_EQ(user.rooms, 0u);
  shards.settle();
  EXPECT_EQ(user.rooms, 1u);
  EXPECT_EQ(user.dones.size(), 3u);
  EXPECT_EQ(shards.total("publish_full_total"), 2u);
  EXPECT_EQ(shards.total("events_published_total"), 3u);
  shards.settle();
  EXPECT_EQ(user.rooms, 1u);
}

TEST(Publish, AShardsOwnLaneIsBoundedToo) {
  Shards shards(1, {.requests = 3}, {"live/#"});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(shards.user(0).publish("live/1", ""), Port::Answer::taken);
  EXPECT_EQ(shards.user(0).publish("live/1", ""), Port::Answer::full);
  EXPECT_EQ(shards.user(0).publish("a", ""), Port::Answer::taken);
  shards.settle();
  EXPECT_EQ(shards.user(0).rooms, 1u);
}

TEST(Publish, BytesUnderWayToAHomeAreBounded) {
  Shards shards(2, {.event_bytes = 4000});
  User &user = shards.user(1);
  const std::string large(3000, 'x');
  EXPECT_EQ(user.publish("a", large), Port::Answer::taken);
  EXPECT_EQ(user.publish("a", large), Port::Answer::taken);
  EXPECT_EQ(user.publish("a", "small"), Port::Answer::full);
  shards.settle();
  EXPECT_EQ(user.rooms, 1u);
  EXPECT_EQ(user.publish("a", "small"), Port::Answer::taken);
}

TEST(Publish, RoomMayPublishUntilItIsFullAgain) {
  Shards shards(2, {.requests = 4});
  User &user = shards.user(1);
  int left = 100;
  user.on_room = [&] {
    while (left > 0 && user.publish("a", "", 1) == Port::Answer::taken) --left;
  };
  user.on_room();
  shards.settle();
  EXPECT_EQ(left, 0);
  EXPECT_EQ(user.dones.size(), 100u);
}

TEST(Publish, WhenOneOfSeveralHomesIsFullNothingIsTaken) {
  Shards shards(2, {.requests = 1}, {"live/#"});
  User &user = shards.user(1);
  EXPECT_EQ(user.publish("a", ""), Port::Answer::taken);
  auto batch = events({"live/1", "a"});
  EXPECT_EQ(user.port.publish(batch, 1), Port::Answer::full);
  EXPECT_TRUE(batch[0]);
  EXPECT_TRUE(batch[1]);
  shards.settle();
  EXPECT_EQ(shards.total("events_sequenced_total"), 1u);
  EXPECT_EQ(user.port.publish(batch, 1), Port::Answer::taken);
  shards.settle();
  EXPECT_EQ(user.dones.size(), 1u);
}

TEST(Publish, AnAnswerForAPortThatHasGoneGoesNowhere) {
  Shards shards(2);
  auto user = std::make_unique<User>(shards.bus(0));
  user->publish("a", "", 1);
  user.reset();
  shards.settle();
  EXPECT_EQ(shards.total("events_sequenced_total"), 1u);
}

TEST(Publish, WhatIsUnderWayWhenTheBusEndsIsFreed) {
  Shards shards(2);
  for (uint32_t i = 0; i < 2; ++i) shards.user(i).subscribe(1, {"#"});
  shards.settle();
  for (uint32_t i = 0; i < 2; ++i) shards.user(i).publish("a", "x", 1);
  shards.writer.drain();
  for (uint32_t i = 0; i < 2; ++i) shards.user(i).publish("a", "y", 1);
  // The address sanitizer sees to the rest.
}

}  // namespace
}  // namespace slipring::bus::testing
