#include "stream/event_ring.hpp"

#include <gtest/gtest.h>

#include "event/testing.hpp"

namespace slipring::stream {
namespace {

using Sequences = std::vector<uint64_t>;

std::vector<event::EventRef> events(uint64_t from, uint64_t to, std::string_view payload = {}) {
  std::vector<event::EventRef> events;
  for (uint64_t sequence = from; sequence <= to; ++sequence) {
    event::EventRef event = event::testing::make({.topic = "a", .payload = payload});
    event->sequence({1, 0, 7, sequence, static_cast<int64_t>(sequence) * 10});
    events.push_back(std::move(event));
  }
  return events;
}

Sequences sequences_of(const std::vector<event::EventRef> &events) {
  Sequences sequences;
  for (const event::EventRef &event : events) sequences.push_back(event->record().sequence());
  return sequences;
}

TEST(EventRing, AnEmptyOneReachesBackToNothing) {
  const EventRing ring(1000);
  std::vector<event::EventRef> read;
  EXPECT_FALSE(ring.read(1, 1, 10, read));
  EXPECT_EQ(ring.first(), 0u);
  EXPECT_EQ(ring.find_time(0), 0u);
  EXPECT_EQ(ring.bytes(), 0u);
}

TEST(EventRing, GivesWhatIsBetweenAndAtMostSoMany) {
  EventRing ring(SIZE_MAX);
  ring.append(events(5, 14));
  std::vector<event::EventRef> read;
  EXPECT_TRUE(ring.read(7, 9, 100, read));
  EXPECT_EQ(sequences_of(read), (Sequences{7, 8, 9}));
  EXPECT_TRUE(ring.read(13, 14, 1, read));
  EXPECT_EQ(sequences_of(read), (Sequences{7, 8, 9, 13}));
}

TEST(EventRing, WhatIsNotThereYetIsNotGiven) {
  EventRing ring(SIZE_MAX);
  ring.append(events(5, 7));
  std::vector<event::EventRef> read;
  EXPECT_TRUE(ring.read(6, 100, 100, read));
  EXPECT_EQ(sequences_of(read), (Sequences{6, 7}));
  read.clear();
  EXPECT_TRUE(ring.read(8, 100, 100, read));
  EXPECT_TRUE(read.empty());
}

TEST(EventRing, NothingIsBetweenAnEndAndWhatComesBehindIt) {
  EventRing ring(SIZE_MAX);
  ring.append(events(5, 7));
  std::vector<event::EventRef> read;
  EXPECT_TRUE(ring.read(5, 3, 100, read));
  EXPECT_TRUE(ring.read(6, 5, 100, read));
  EXPECT_TRUE(read.empty());
}

TEST(EventRing, SaysWhenItDoesNotReachBack) {
  EventRing ring(SIZE_MAX);
  ring.append(events(5, 7));
  std::vector<event::EventRef> read;
  EXPECT_FALSE(ring.read(4, 7, 100, read));
  EXPECT_TRUE(read.empty());
}

TEST(EventRing, TheOldestGoWhenTheyTakeMoreThanItsBytes) {
  const size_t size = events(1, 1)[0]->size();
  EventRing ring(2000 * size);
  ring.append(events(1, 3000));
  EXPECT_EQ(ring.size(), 2000u);
  EXPECT_EQ(ring.bytes(), 2000 * size);
  EXPECT_EQ(ring.first(), 1001u);
  ring.append(events(3001, 3001));
  EXPECT_EQ(ring.first(), 1002u);
}

TEST(EventRing, TheLastThousandStayHoweverLarge) {
  EventRing ring(1);
  ring.append(events(1, 1500, std::string(100, 'x')));
  EXPECT_EQ(ring.size(), EventRing::least_events);
  EXPECT_EQ(ring.first(), 501u);
}

TEST(EventRing, TrimRemovesWhatIsBefore) {
  EventRing ring(SIZE_MAX);
  ring.append(events(1, 10));
  ring.trim(4);
  EXPECT_EQ(ring.first(), 4u);
  EXPECT_EQ(ring.size(), 7u);
  ring.trim(2);
  EXPECT_EQ(ring.first(), 4u);
  ring.trim(11);
  EXPECT_EQ(ring.first(), 0u);
  EXPECT_EQ(ring.bytes(), 0u);
  ring.append(events(11, 12));
  EXPECT_EQ(ring.first(), 11u);
}

TEST(EventRing, FindsTheFirstThatWasRecordedAtATimeOrLater) {
  EventRing ring(SIZE_MAX);
  ring.append(events(5, 10));
  EXPECT_EQ(ring.find_time(0), 5u);
  EXPECT_EQ(ring.find_time(70), 7u);
  EXPECT_EQ(ring.find_time(71), 8u);
  EXPECT_EQ(ring.find_time(101), 0u);
}

}  // namespace
}  // namespace slipring::stream
