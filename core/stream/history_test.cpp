// The history of a stream in memory; what is behind it in a log has tests of its own.
#include "stream/history.hpp"

#include <gtest/gtest.h>

#include "event/testing.hpp"

namespace slipring::stream {
namespace {

using Sequences = std::vector<uint64_t>;
using Filters = std::vector<std::string>;

constexpr uint64_t epoch = 7;

Settings in_memory(Retention retention = {}) {
  Settings settings;
  settings.name = "default";
  settings.filters = {"#"};
  settings.durability = Durability::memory;
  settings.retention = retention;
  return settings;
}

Sequences sequences_of(const std::vector<event::EventRef> &events) {
  Sequences sequences;
  for (const event::EventRef &event : events) sequences.push_back(event->record().sequence());
  return sequences;
}

// One that is appended to, an event at a time, recorded at 10 ns for each sequence.
class Memory : public ::testing::Test {
 protected:
  explicit Memory(Retention retention = {}) : history_(in_memory(retention), 3, epoch) {}

  uint64_t append(const event::testing::Made &made) {
    event::EventRef event = event::testing::make(made);
    const uint64_t sequence = history_.last() + 1;
    event->sequence({3, 0, epoch, sequence, static_cast<int64_t>(sequence) * 10});
    history_.append({&event, 1});
    return sequence;
  }
  void append(int count, std::string_view topic = "a") {
    for (int i = 0; i < count; ++i) append({.topic = topic});
  }

  History history_;
};

class KeepsFive : public Memory {
 protected:
  KeepsFive() : Memory({.events = 5}) {}
};

class KeepsForAWhile : public Memory {
 protected:
  KeepsForAWhile() : Memory({.age = std::chrono::nanoseconds(50)}) {}
};

TEST_F(Memory, ANewOneIsEmptyAndBeginsWithOne) {
  EXPECT_EQ(history_.first(), 1u);
  EXPECT_EQ(history_.last(), 0u);
  EXPECT_EQ(history_.events(), 0u);
  EXPECT_EQ(history_.epoch(), epoch);
  EXPECT_FALSE(history_.durable());
  EXPECT_EQ(history_.earliest().next, 1u);
}

TEST_F(Memory, FirstAndLastAreOfWhatIsKept) {
  append(3);
  EXPECT_EQ(history_.first(), 1u);
  EXPECT_EQ(history_.last(), 3u);
  EXPECT_EQ(history_.events(), 3u);
  EXPECT_EQ(history_.last_recorded_ns(), 30);
}

TEST_F(Memory, AfterAPositionItGoesOnBehindIt) {
  append(5);
  for (const uint64_t sequence : {0u, 3u, 5u}) {
    const auto begin = history_.after(epoch, sequence);
    ASSERT_TRUE(begin);
    EXPECT_EQ(begin->next, sequence + 1);
    EXPECT_FALSE(begin->lost);
  }
}

TEST_F(Memory, APositionOfTheFutureIsRefused) {
  append(5);
  const auto begin = history_.after(epoch, 6);
  ASSERT_FALSE(begin);
  EXPECT_EQ(begin.status().code(), SLIPRING_OUT_OF_RANGE);
  EXPECT_EQ(begin.status().message(), "start: default has not come to sequence 6, its last is 5");
}

TEST_F(Memory, APositionOfAnotherHistoryBeginsWithWhatThereIsAndSaysThatSomethingIsLost) {
  append(5);
  const auto begin = history_.after(epoch + 1, 3);
  ASSERT_TRUE(begin);
  EXPECT_EQ(begin->next, 1u);
  ASSERT_TRUE(begin->lost);
  EXPECT_STREQ(begin->lost->reason, "of another history");
}

TEST_F(KeepsFive, BehindAPositionThatIsNotKeptItSaysWhatIsLost) {
  append(10);
  history_.expire(0);
  const auto begin = history_.after(epoch, 2);
  ASSERT_TRUE(begin);
  EXPECT_EQ(begin->next, 6u);
  ASSERT_TRUE(begin->lost);
  EXPECT_EQ(begin->lost->from, 3u);
  EXPECT_EQ(begin->lost->to, 5u);
  EXPECT_STREQ(begin->lost->reason, "retention");
  EXPECT_FALSE(history_.after(epoch, 5)->lost);
}

TEST_F(Memory, APositionOfAnEarlierEpochGoesOnInTheNextOne) {
  append(5);
  history_.begin_epoch({epoch + 1, 6});
  EXPECT_EQ(history_.epoch(), epoch + 1);
  append(2);
  EXPECT_EQ(history_.after(epoch, 3)->next, 4u);
  EXPECT_EQ(history_.after(epoch, 5)->next, 6u);
  // What it had behind that was lost.
  EXPECT_EQ(history_.after(epoch, 100)->next, 6u);
  EXPECT_EQ(history_.after(epoch + 1, 6)->next, 7u);
  EXPECT_FALSE(history_.after(epoch + 1, 8));
}

TEST_F(Memory, AnEpochThatHasBegunDoesNotBeginAgain) {
  append(5);
  history_.begin_epoch({epoch + 1, 6});
  history_.begin_epoch({epoch + 1, 9});
  append(5);
  EXPECT_EQ(history_.after(epoch, 8)->next, 6u);
}

TEST_F(Memory, ABatchHasWhatAFilterMatchesAndSaysHowFarItLooked) {
  append(2, "a");
  append(3, "b");
  append(2, "a");
  append(1, "b");
  const Filters filters{"x", "a"};
  const auto batch = history_.recent({.from = 2, .through = 8, .filters = filters});
  ASSERT_TRUE(batch);
  EXPECT_EQ(sequences_of(batch->events), (Sequences{2, 6, 7}));
  EXPECT_EQ(batch->through, 8u);
  EXPECT_TRUE(batch->lost.empty());
}

TEST_F(Memory, ABatchWithoutFiltersHasAll) {
  append(1, "a");
  append(1, "b");
  EXPECT_EQ(sequences_of(history_.recent({.from = 1, .through = 2, .filters = {}})->events),
            (Sequences{1, 2}));
}

TEST_F(Memory, ABatchHasAtMostSoManyEvents) {
  append(10);
  const auto batch = history_.recent({.from = 1, .through = 10, .filters = {}, .events = 4});
  EXPECT_EQ(sequences_of(batch->events), (Sequences{1, 2, 3, 4}));
  EXPECT_EQ(batch->through, 4u);
}

TEST_F(Memory, ABatchHasAtMostSoManyBytesButOneEventAlways) {
  append(10);
  const size_t size = history_.ring_bytes() / 10;
  const auto three =
      history_.recent({.from = 1, .through = 10, .filters = {}, .bytes = 4 * size - 1});
  EXPECT_EQ(sequences_of(three->events), (Sequences{1, 2, 3}));
  const auto one = history_.recent({.from = 4, .through = 10, .filters = {}, .bytes = 1});
  EXPECT_EQ(sequences_of(one->events), Sequences{4});
  EXPECT_EQ(one->through, 4u);
}

TEST_F(Memory, ThroughAFilterThatMatchesLittleItLooksABatchAtATime) {
  append(5000, "b");
  append(1, "a");
  const Filters filters{"a"};
  uint64_t from = 1;
  Sequences found;
  for (int batches = 0; from <= 5001; ++batches) {
    ASSERT_LT(batches, 10);
    const auto batch = history_.recent({.from = from, .through = 5001, .filters = filters});
    ASSERT_GE(batch->through, from);
    for (const uint64_t sequence : sequences_of(batch->events)) found.push_back(sequence);
    from = batch->through + 1;
  }
  EXPECT_EQ(found, Sequences{5001});
}

TEST_F(KeepsFive, WhatIsNotKeptIsReadAsLost) {
  append(10);
  history_.expire(0);
  const Query query{.from = 3, .through = 10, .filters = {}};
  EXPECT_FALSE(history_.recent(query));
  const auto batch = history_.read(query);
  ASSERT_TRUE(batch);
  EXPECT_TRUE(batch->events.empty());
  ASSERT_EQ(batch->lost.size(), 1u);
  EXPECT_EQ(batch->lost[0].from, 3u);
  EXPECT_EQ(batch->lost[0].to, 5u);
  EXPECT_EQ(batch->through, 5u);
  EXPECT_EQ(history_.read({.from = 6, .through = 10, .filters = {}})->events.size(), 5u);
}

TEST_F(KeepsFive, WhenNothingIsKeptAllIsLost) {
  append(4);
  history_.trim(5);
  EXPECT_EQ(history_.events(), 0u);
  const auto batch = history_.read({.from = 2, .through = 4, .filters = {}});
  ASSERT_EQ(batch->lost.size(), 1u);
  EXPECT_EQ(batch->lost[0].to, 4u);
  EXPECT_EQ(batch->through, 4u);
  EXPECT_EQ(append({.topic = "a"}), 5u);
  EXPECT_EQ(history_.first(), 5u);
}

TEST_F(KeepsFive, ByNumberTheOldestExpire) {
  append(4);
  history_.expire(0);
  EXPECT_EQ(history_.first(), 1u);
  append(4);
  history_.expire(0);
  EXPECT_EQ(history_.first(), 4u);
  EXPECT_EQ(history_.earliest().next, 4u);
}

TEST_F(KeepsForAWhile, ByAgeTheOldestExpire) {
  append(10);
  history_.expire(100);
  EXPECT_EQ(history_.first(), 5u);
  history_.expire(90);
  EXPECT_EQ(history_.first(), 5u);
  history_.expire(1000);
  EXPECT_EQ(history_.first(), 11u);
  EXPECT_EQ(history_.last(), 10u);
}

TEST_F(Memory, TheLastSoManyThatMatchBeginWithTheFirstOfThem) {
  for (const char *topic : {"a", "b", "a", "b", "a", "b"}) append(1, topic);
  const Filters filters{"a"};
  EXPECT_EQ(history_.last(filters, 2, 6)->next, 3u);
  EXPECT_EQ(history_.last(filters, 2, 4)->next, 1u);
  EXPECT_EQ(history_.last(filters, 10, 6)->next, 1u);
  EXPECT_EQ(history_.last(Filters{"x"}, 10, 6)->next, 7u);
  EXPECT_EQ(history_.last(filters, 0, 6)->next, 7u);
}

TEST_F(Memory, TheLastSoManyAreFoundFarBack) {
  append(1, "a");
  append(3000, "b");
  EXPECT_EQ(history_.last(Filters{"a"}, 1, 3001)->next, 1u);
  EXPECT_EQ(*history_.last_of_topic("a"), 1u);
}

TEST_F(Memory, AtATimeBeginsWithTheFirstThatWasRecordedThenOrLater) {
  append(10);
  EXPECT_EQ(history_.at_time(35, 10)->next, 4u);
  EXPECT_EQ(history_.at_time(0, 10)->next, 1u);
  EXPECT_EQ(history_.at_time(101, 10)->next, 11u);
  EXPECT_EQ(history_.at_time(90, 5)->next, 6u);
}

TEST_F(Memory, TheLastOfEachTopicComesInTheOrderOfTheStream) {
  for (const char *topic : {"a/1", "a/2", "a/1", "b", "a/3", "a/2"}) append(1, topic);
  const auto begin = history_.last_per_topic(Filters{"a/+"}, 6);
  ASSERT_TRUE(begin);
  EXPECT_EQ(sequences_of(begin->snapshot), (Sequences{3, 5, 6}));
  EXPECT_EQ(begin->next, 7u);
  EXPECT_EQ(sequences_of(history_.last_per_topic(Filters{"a/+"}, 4)->snapshot), (Sequences{2, 3}));
}

TEST_F(Memory, RetainedIsWhatWasPublishedSoAndNotWhatCameLater) {
  append({.topic = "a", .payload = "1", .retain = true});
  append({.topic = "a", .payload = "2"});
  append({.topic = "b", .payload = "3", .retain = true});
  append({.topic = "b", .payload = "4", .retain = true});
  append({.topic = "c", .payload = "5", .retain = true});
  const auto begin = history_.retained(Filters{"a", "b"}, 5);
  EXPECT_EQ(sequences_of(begin->snapshot), (Sequences{1, 4}));
  EXPECT_EQ(begin->next, 6u);
}

TEST_F(Memory, AnEmptyPayloadTakesWhatIsRetainedAway) {
  append({.topic = "a", .payload = "1", .retain = true});
  append({.topic = "a", .payload = ""});
  EXPECT_EQ(history_.retained({}, 2)->snapshot.size(), 1u);
  append({.topic = "a", .payload = "", .retain = true});
  EXPECT_TRUE(history_.retained({}, 3)->snapshot.empty());
}

TEST_F(Memory, WhatIsRetainedLaterThanItLooksComesLive) {
  append({.topic = "a", .payload = "1", .retain = true});
  append({.topic = "b", .payload = "2", .retain = true});
  EXPECT_EQ(sequences_of(history_.retained({}, 1)->snapshot), Sequences{1});
}

TEST_F(KeepsFive, WhatIsRetainedStaysWhenTheStreamGoesOnWithoutIt) {
  append({.topic = "a", .payload = "1", .retain = true});
  append(10, "b");
  history_.expire(0);
  EXPECT_EQ(sequences_of(history_.retained(Filters{"a"}, 11)->snapshot), Sequences{1});
  EXPECT_EQ(*history_.last_of_topic("a"), 0u);
}

TEST_F(Memory, TooManyTopicsForASnapshotAreRefused) {
  for (size_t i = 0; i <= History::most_snapshot_events; ++i) {
    append({.topic = "t/" + std::to_string(i), .payload = "x", .retain = true});
  }
  const uint64_t through = history_.last();
  for (const Status &status : {history_.retained(Filters{"#"}, through).status(),
                               history_.last_per_topic(Filters{"#"}, through).status()}) {
    EXPECT_EQ(status.code(), SLIPRING_RESOURCE_EXHAUSTED);
    EXPECT_NE(status.message().find("100000 topics"), std::string::npos);
  }
  EXPECT_TRUE(history_.retained(Filters{"t/1"}, through));
}

}  // namespace
}  // namespace slipring::stream
