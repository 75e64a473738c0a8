#include "event/event.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "base/topic.hpp"
#include "event/testing.hpp"

namespace slipring::event {
namespace {

using testing::make;

TEST(Event, AnswersWhatEveryEventIsAsked) {
  const EventRef event = make({.topic = "game/42/move",
                               .payload = "e4",
                               .partition_key = "42",
                               .priority = 9,
                               .time_to_live_ms = 1500});
  EXPECT_EQ(event->topic(), "game/42/move");
  EXPECT_EQ(event->topic_hash(), hash_topic("game/42/move"));
  EXPECT_EQ(event->key(), "42");
  EXPECT_EQ(event->priority(), 9);
  EXPECT_EQ(event->time_to_live_ms(), 1500u);
  EXPECT_EQ(event->root().payload()->size(), 2u);
  EXPECT_EQ(event->size(), sizeof(Event) + event->flatbuffer().size());
}

TEST(Event, WithoutAPartitionKeyItsKeyIsTheTopic) {
  EXPECT_EQ(make({.topic = "a/b"})->key(), "a/b");
  const auto bare = testing::build("c", [](auto &) { return [](schema::EventBuilder &) {}; });
  const auto event = Event::take(bare, {});
  ASSERT_TRUE(event);
  EXPECT_EQ((*event)->key(), "c");
  EXPECT_EQ((*event)->priority(), default_priority);
  EXPECT_EQ((*event)->time_to_live_ms(), 0u);
}

TEST(Event, TheDefaultPriorityIsTheSchemas) {
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(schema::DeliveryBuilder(builder).Finish());
  EXPECT_EQ(flatbuffers::GetRoot<schema::Delivery>(builder.GetBufferPointer())->priority(),
            default_priority);
}

TEST(Event, IsACopyThatStaysWhenTheOriginalChanges) {
  auto bytes = testing::build("a", [](auto &) { return [](schema::EventBuilder &) {}; });
  const auto event = Event::take(bytes, {});
  ASSERT_TRUE(event);
  std::fill(bytes.begin(), bytes.end(), uint8_t{0xff});
  EXPECT_EQ((*event)->topic(), "a");
}

TEST(Event, MayBeTakenFromAnyAddress) {
  const auto bytes = testing::build(
      "game/42", [](auto &) { return [](schema::EventBuilder &event) { event.add_time_ns(5); }; });
  for (size_t shift = 0; shift < 8; ++shift) {
    std::vector<uint8_t> moved(shift);
    moved.insert(moved.end(), bytes.begin(), bytes.end());
    const auto event = Event::take(std::span(moved).subspan(shift), {});
    ASSERT_TRUE(event) << event.status().message();
    EXPECT_EQ((*event)->root().time_ns(), 5);
  }
}

TEST(Event, ARefusalSaysWhy) {
  const auto wildcard = testing::build("a/+", [](auto &) { return [](schema::EventBuilder &) {}; });
  EXPECT_EQ(Event::take(wildcard, {}).status().code(), SLIPRING_INVALID_ARGUMENT);
  EXPECT_EQ(Event::take({}, {}).status().message(),
            "event: is no FlatBuffer with the identifier SLEV");
  EXPECT_EQ(Event::take(wildcard, {.event = 8}).status().message(),
            "event: has " + std::to_string(wildcard.size()) + " bytes, accepted are up to 8");
}

TEST(Event, TheRecordIsAllZeroUntilItIsSequenced) {
  const EventRef event = make({});
  EXPECT_EQ(event->record().stream(), 0u);
  EXPECT_EQ(event->record().epoch(), 0u);
  EXPECT_EQ(event->record().sequence(), 0u);
  event->sequence(schema::RecordHeader(1, 0, 0x5f3a, 17, 99));
  EXPECT_EQ(event->record().stream(), 1u);
  EXPECT_EQ(event->record().epoch(), 0x5f3au);
  EXPECT_EQ(event->record().sequence(), 17u);
  EXPECT_EQ(event->record().recorded_ns(), 99);
}

TEST(Event, SaysWhatDeliveryAsksForOnceOnly) {
  const EventRef plain = make({});
  EXPECT_FALSE(plain->retain());
  EXPECT_EQ(plain->deduplication_id(), "");
  const EventRef event = make({.retain = true, .deduplication_id = "d1"});
  EXPECT_TRUE(event->retain());
  EXPECT_EQ(event->deduplication_id(), "d1");
}

TEST(Event, ExpiresWhenItsTimeToLiveIsOver) {
  const EventRef event = make({.time_to_live_ms = 1500});
  event->sequence({1, 0, 2, 3, 1'000'000'000});
  EXPECT_FALSE(event->expired(2'499'999'999));
  EXPECT_TRUE(event->expired(2'500'000'000));
  EXPECT_FALSE(make({})->expired(INT64_MAX));
}

TEST(Event, ComesBackAsItWasKept) {
  const EventRef event = make({.topic = "a/b", .payload = "x", .time_to_live_ms = 7});
  event->sequence({1, 0, 2, 3, 4});
  const EventRef again = Event::restore(event->record(), event->flatbuffer());
  EXPECT_EQ(again->topic(), "a/b");
  EXPECT_EQ(again->time_to_live_ms(), 7u);
  EXPECT_EQ(again->record().sequence(), 3u);
  EXPECT_TRUE(std::ranges::equal(again->flatbuffer(), event->flatbuffer()));
}

// A log writes both in one piece.
TEST(Event, TheRecordStandsDirectlyBeforeTheFlatBuffer) {
  const EventRef event = make({});
  EXPECT_EQ(reinterpret_cast<const uint8_t *>(&event->record()) + sizeof(schema::RecordHeader),
            event->flatbuffer().data());
}

TEST(EventRef, CopiesAndMovesAreTheSameEvent) {
  EventRef first = make({.topic = "a"});
  EventRef second = first;
  EXPECT_EQ(first.get(), second.get());
  const EventRef third = std::move(first);
  EXPECT_EQ(third.get(), second.get());
  second = make({.topic = "b"});
  EXPECT_EQ(third->topic(), "a");
  EXPECT_EQ(second->topic(), "b");
  second = EventRef();
  EXPECT_FALSE(second);
}

TEST(EventRef, ReferencesComeAndGoOnSeveralThreads) {
  const EventRef event = make({.topic = "shared"});
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([event] {
      for (int round = 0; round < 10000; ++round) {
        const EventRef mine = event;
        ASSERT_EQ(mine->topic(), "shared");
      }
    });
  }
  for (std::thread &thread : threads) thread.join();
}

}  // namespace
}  // namespace slipring::event
