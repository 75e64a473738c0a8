#include <gtest/gtest.h>

#include <utility>

#include "stream/testing.hpp"

namespace slipring::stream {
namespace {

using testing::Fixture;
using testing::settings_of;

Settings with(Retention retention) {
  Settings settings = settings_of("s");
  settings.retention = retention;
  return settings;
}

TEST(LogRetention, KeepsAtLeastSoManyEventsAndLittleMore) {
  Fixture log(with({.events = 64}));
  for (int i = 0; i < 200; ++i) log.append({"a"});
  log->tick();
  EXPECT_GE(log.state().events, 64u);
  EXPECT_LE(log.state().events, 64u + 4);
  EXPECT_EQ(log.state().last, 200u);
  EXPECT_EQ(log.read(1, 10), "retention 1-10");
  EXPECT_EQ(log.read(log.state().first, log.state().first),
            std::to_string(log.state().first) + ":a");
}

TEST(LogRetention, KeepsAtLeastSoManyBytes) {
  Fixture log(with({.bytes = 20'000}));
  for (int i = 0; i < 300; ++i) log.append({"a"});
  log->tick();
  EXPECT_GE(log.state().bytes, 20'000u);
  EXPECT_LE(log.state().bytes, 21'500u);
}

TEST(LogRetention, RemovesByAge) {
  Fixture log(with({.age = std::chrono::hours(1)}));
  log.append({"a"});
  log.steady += 1'800'000'000'000;
  log.append({"b"});
  log.steady += 1'801'000'000'000;
  log->tick();
  EXPECT_EQ(log.read(), "retention 1-1 2:b");
}

TEST(LogRetention, RemovesNothingWhenOnlyTheClockJumps) {
  Fixture log(with({.age = std::chrono::hours(1)}));
  log.append({"a"});
  log.now += int64_t{1'000'000} * 1'000'000'000;
  log->tick();
  EXPECT_EQ(log.read(), "1:a");
}

TEST(LogRetention, IsTheSameAfterAnotherStart) {
  Fixture log(with({.events = 64}));
  for (int i = 0; i < 200; ++i) log.append({"a"});
  log->tick();
  const auto before = log.state();
  log.reopen();
  EXPECT_EQ(log.state().first, before.first);
  EXPECT_EQ(log.state().events, before.events);
  EXPECT_EQ(log.state().bytes, before.bytes);
  EXPECT_TRUE(log->findings().empty());
}

TEST(LogRetention, TakesASmallerLimitAtTheNextStart) {
  Fixture log;
  for (int i = 0; i < 50; ++i) log.append({"a"});
  log.settings[0].retention.events = 10;
  log.reopen();
  for (int i = 0; i < 12; ++i) log.append({"a"});
  log->tick();
  EXPECT_GE(log.state().events, 10u);
  EXPECT_LE(log.state().events, 12u);
}

TEST(LogRetention, PurgesUpToASequence) {
  Fixture log;
  log.append({"a", "b", "c"});
  log.append({"d"});
  ASSERT_TRUE(log->purge(log.number(), 2).is_ok());
  EXPECT_EQ(log.read(), "retention 1-2 3:c 4:d");
  EXPECT_EQ(log.state().events, 2u);
  EXPECT_EQ(*log->last_of_topic(log.number(), "a"), 0u);
}

TEST(LogRetention, GoesOnWithTheSequenceWhenEverythingWasPurged) {
  Fixture log;
  log.append({"a", "b"});
  ASSERT_TRUE(log->purge(log.number(), 9).is_ok());
  log.reopen();
  EXPECT_TRUE(log->findings().empty());
  log.append({"c"});
  EXPECT_EQ(log.read(), "retention 1-2 3:c");
}

TEST(LogPerTopic, KeepsTheLastOfEachAndTellsOfNoLoss) {
  Fixture log(with({.per_topic = 2}));
  log.append({"a", "a", "b", "a", "a"});
  log.append({"b", "a"});
  EXPECT_EQ(log.read(), "3:b 5:a 6:b 7:a");
  EXPECT_EQ(log.state().events, 4u);
  log.reopen();
  EXPECT_EQ(log.read(), "3:b 5:a 6:b 7:a");
  EXPECT_TRUE(log->findings().empty());
  log.append({"a"});
  EXPECT_EQ(log.read(), "3:b 6:b 7:a 8:a");
  EXPECT_EQ(*log->find_last(log.number(), std::vector<std::string>{"a"}, 5, 8), 7u);
}

TEST(LogPerTopic, TakesOverAStreamThatHadNoSuchCount) {
  Fixture log;
  log.append({"a", "a", "b", "a"});
  log.settings[0].retention.per_topic = 1;
  log.reopen();
  EXPECT_EQ(log.read(), "3:b 4:a");
  EXPECT_EQ(*log->last_of_topic(log.number(), "a"), 4u);
  log.settings[0].retention.per_topic = 0;
  log.reopen();
  log.append({"c", "a"});
  EXPECT_EQ(log.read(), "3:b 4:a 5:c 6:a");
}

TEST(LogPerTopic, MissesNothingAfterItWasPurgedWithoutItsSettings) {
  Fixture log(with({.per_topic = 2}));
  for (int i = 0; i < 3; ++i) log.append({"a", "b"});
  const auto settings = std::exchange(log.settings, {});
  log.reopen();
  ASSERT_TRUE(log->purge(log.number(), 4).is_ok());
  log.settings = settings;
  log.reopen();
  EXPECT_TRUE(log->findings().empty());
  EXPECT_EQ(log.state().epochs.size(), 1u);
  EXPECT_EQ(log.read(5), "5:a 6:b");
}

TEST(LogPerTopic, ForgetsNothingOfAGroupThatFailed) {
  Fixture log(with({.per_topic = 1}));
  log.append({"a", "b"});
  log.files->syncs_fail = true;
  ASSERT_FALSE(log.try_append({{.topic = "a"}, {.topic = "a"}, {.topic = "c"}}).is_ok());
  log.files->syncs_fail = false;
  log->tick();
  EXPECT_EQ(log.read(), "1:a 2:b");
  log.append({"a"});
  EXPECT_EQ(log.read(), "2:b 3:a");
}

TEST(LogDeduplication, RemembersIdsOverAStart) {
  Fixture log;
  const auto events = log.sequenced({{.topic = "a", .deduplication_id = "1"}});
  const Known known{deduplication_id(*events[0]), 1, log.now};
  const Group group{log.number(), events, {&known, 1}};
  ASSERT_TRUE(log->append({&group, 1}, true).is_ok());
  EXPECT_EQ(log->deduplication(log.number()), std::vector<Known>{known});
  log.reopen();
  EXPECT_EQ(log->deduplication(log.number()), std::vector<Known>{known});
  log.steady += 121'000'000'000;
  log->tick();
  EXPECT_TRUE(log->deduplication(log.number()).empty());
}

}  // namespace
}  // namespace slipring::stream
