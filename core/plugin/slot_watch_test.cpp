#include "plugin/slot_watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string_view>

namespace slipring::plugin {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Kind = SlotWatch::Finding::Kind;

class SlotWatchTest : public ::testing::Test {
 protected:
  // Looks every 50 ms for `time`; what was found on the way.
  std::vector<SlotWatch::Finding> pass(std::chrono::milliseconds time) {
    std::vector<SlotWatch::Finding> all;
    for (; time > 0ms; time -= 50ms) {
      for (const auto &finding : watch_.look(slot_.sample(), 50ms)) all.push_back(finding);
      wakes_ += watch_.wants_wake() ? 1 : 0;
      if (wakes_by_itself_ && watch_.wants_wake()) slot_.end_round();
    }
    return all;
  }

  shard::Running slot_;
  const shard::Running::Bind bind_{slot_};
  SlotWatch watch_{{.callback = 100ms, .restart = 1s, .has_rounds = true}};
  int wakes_ = 0;
  bool wakes_by_itself_ = true;
};

TEST_F(SlotWatchTest, ACallIsNamedOnceWhileItHangsAndOnceWhenItIsBack) {
  {
    const shard::Running::Call call(7, "receive");
    EXPECT_THAT(pass(50ms), IsEmpty());  // seen for the first time
    const auto found = pass(400ms);
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found[0].kind, Kind::over);
    EXPECT_FALSE(found[0].is_round);
    EXPECT_EQ(found[0].generation, 7u);
    EXPECT_EQ(std::string_view(found[0].function), "receive");
    EXPECT_EQ(found[0].lasted, 100ms);
  }
  slot_.end_round();
  const auto found = pass(500ms);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].kind, Kind::back);
  EXPECT_EQ(std::string_view(found[0].function), "receive");
  EXPECT_EQ(found[0].lasted, 450ms);
}

TEST_F(SlotWatchTest, ManyShortCallsAreNotOneLongOne) {
  for (int i = 0; i < 100; ++i) {
    const shard::Running::Call call(7, "receive");
    slot_.end_round();
    EXPECT_THAT(pass(50ms), IsEmpty());
  }
}

TEST_F(SlotWatchTest, TheInnerCallIsNamedAndTheOuterOneIsNotBlamedForIt) {
  const shard::Running::Call outer(1, "ready");
  pass(50ms);
  {
    const shard::Running::Call inner(2, "receive");
    const auto found = pass(300ms);
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found[0].generation, 2u);
  }
  const auto found = pass(100ms);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].kind, Kind::back);
  EXPECT_EQ(found[0].generation, 2u);
}

TEST_F(SlotWatchTest, AShardThatSleepsIsWokenNowAndThenAndNotSuspected) {
  EXPECT_THAT(pass(10s), IsEmpty());
  EXPECT_GE(wakes_, 8);
  EXPECT_LE(wakes_, 10);
}

TEST_F(SlotWatchTest, AShardThatDoesNotWakeHangsInTheHost) {
  wakes_by_itself_ = false;
  const auto found = pass(1500ms);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].kind, Kind::over);
  EXPECT_TRUE(found[0].is_round);
  EXPECT_EQ(found[0].generation, 0u);
  EXPECT_EQ(wakes_, 1);
  slot_.end_round();
  const auto back = pass(50ms);
  ASSERT_THAT(back, SizeIs(1));
  EXPECT_EQ(back[0].kind, Kind::back);
}

TEST_F(SlotWatchTest, ARoundOfEndlesslyManyCallsIsFoundToo) {
  std::vector<SlotWatch::Finding> found;
  for (int i = 0; i < 10; ++i) {
    const shard::Running::Call call(7, "receive");
    for (const auto &each : pass(50ms)) found.push_back(each);
  }
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_TRUE(found[0].is_round);
  EXPECT_EQ(found[0].generation, 7u);
}

TEST_F(SlotWatchTest, WhatHangsForTooLongIsToBeRestartedOnce) {
  const shard::Running::Call call(7, "receive");
  pass(50ms);
  const auto found = pass(3s);
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_EQ(found[1].kind, Kind::restart);
  EXPECT_EQ(found[1].generation, 7u);
  EXPECT_GE(found[1].lasted, 1s);
  EXPECT_LE(found[1].lasted, 1050ms);
}

TEST_F(SlotWatchTest, ARoundOfSlowCallsIsRestartedAlthoughEachOfThemReturns) {
  std::vector<Kind> found;
  for (int i = 0; i < 6; ++i) {
    const shard::Running::Call call(7, "receive");
    for (const auto &each : pass(200ms)) found.push_back(each.kind);
  }
  EXPECT_EQ(std::count(found.begin(), found.end(), Kind::over), 6);
  EXPECT_EQ(std::count(found.begin(), found.end(), Kind::restart), 1);
}

TEST_F(SlotWatchTest, WithoutALimitForRestartsThereAreNone) {
  watch_ = SlotWatch({.callback = 100ms, .restart = 0s, .has_rounds = true});
  const shard::Running::Call call(7, "receive");
  EXPECT_THAT(pass(100s), SizeIs(1));
}

TEST_F(SlotWatchTest, AThreadWithoutRoundsIsNeitherWokenNorSuspected) {
  watch_ = SlotWatch({.callback = 100ms, .restart = 0s, .has_rounds = false});
  EXPECT_THAT(pass(10s), IsEmpty());
  EXPECT_EQ(wakes_, 0);
}

}  // namespace
}  // namespace slipring::plugin
