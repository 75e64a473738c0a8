#include "bus/message_lane.hpp"

#include <gtest/gtest.h>

#include "event/testing.hpp"

namespace slipring::bus {
namespace {

event::EventRef some_event() {
  return event::testing::make({.topic = "a", .payload = "x"});
}

// Both kinds, between shards and to itself, count alike.
class Lane : public ::testing::TestWithParam<bool> {
 protected:
  size_t pop_all(MessageLane &lane) {
    size_t count = 0;
    for (Message message; lane.pop({&message, 1}) == 1;) {
      if (message.kind == Message::Kind::event) event::EventRef::adopt(message.event);
      if (message.kind == Message::Kind::missed) delete message.missed;
      ++count;
    }
    return count;
  }
  bool between_shards() const { return GetParam(); }
};

INSTANTIATE_TEST_SUITE_P(Both, Lane, ::testing::Values(false, true));

TEST_P(Lane, KeepsTheOrderOfEventsAnnouncementsAndAnswers) {
  MessageLane lane({}, between_shards());
  Request request;
  lane.push(some_event());
  lane.push(Missed{1, 2, 3, 4, 2});
  lane.answer(request);
  std::array<Message, 4> messages;
  ASSERT_EQ(lane.pop(messages), 3u);
  ASSERT_EQ(messages[0].kind, Message::Kind::event);
  EXPECT_EQ(event::EventRef::adopt(messages[0].event)->topic(), "a");
  ASSERT_EQ(messages[1].kind, Message::Kind::missed);
  EXPECT_EQ(std::unique_ptr<Missed>(messages[1].missed)->to, 4u);
  EXPECT_EQ(messages[2].answer, &request);
  EXPECT_TRUE(lane.empty());
}

TEST_P(Lane, RoomComesBackWithRelease) {
  MessageLane lane({.events = 2}, between_shards());
  lane.push(some_event());
  EXPECT_TRUE(lane.has_room(0));
  lane.push(Missed{});
  EXPECT_FALSE(lane.has_room(0));
  pop_all(lane);
  EXPECT_FALSE(lane.has_room(0));
  lane.release(1, some_event()->size());
  EXPECT_TRUE(lane.has_room(0));
}

TEST_P(Lane, BytesAreCountedButOneEventAloneHasRoom) {
  const size_t size = some_event()->size();
  MessageLane lane({.event_bytes = 2 * size}, between_shards());
  EXPECT_TRUE(lane.has_room(10 * size));
  lane.push(some_event());
  EXPECT_TRUE(lane.has_room(size));
  EXPECT_FALSE(lane.has_room(size + 1));
  lane.push(some_event());
  EXPECT_FALSE(lane.has_room(1));
  pop_all(lane);
  lane.release(2, 2 * size);
  EXPECT_TRUE(lane.has_room(10 * size));
}

TEST_P(Lane, AnswersHaveRoomOfTheirOwn) {
  MessageLane lane({.requests = 3, .events = 1}, between_shards());
  Request request;
  for (int round = 0; round < 10; ++round) {
    lane.push(some_event());
    for (int i = 0; i < 3; ++i) lane.answer(request);
    EXPECT_FALSE(lane.has_room(0));
    EXPECT_EQ(pop_all(lane), 4u);
    lane.release(1, some_event()->size());
    EXPECT_TRUE(lane.has_room(0));
  }
}

TEST(SharedLane, ReleaseTellsOnceThatTheHomeWaitsForRoom) {
  MessageLane lane({.events = 2}, true);
  for (int i = 0; i < 2; ++i) lane.push(Missed{});
  EXPECT_FALSE(lane.wait_for_room());
  std::array<Message, 2> messages;
  ASSERT_EQ(lane.pop(messages), 2u);
  for (const Message &message : messages) delete message.missed;
  EXPECT_TRUE(lane.release(1, 0));
  EXPECT_FALSE(lane.release(1, 0));
  EXPECT_TRUE(lane.wait_for_room());
}

TEST_P(Lane, WhatIsLeftIsFreedWithIt) {
  MessageLane lane({}, between_shards());
  lane.push(some_event());
  lane.push(Missed{});
  // The leak check of the address sanitizer sees to the rest.
}

}  // namespace
}  // namespace slipring::bus
