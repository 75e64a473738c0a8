#include "bus/stream_line.hpp"

#include <gtest/gtest.h>

#include "bus/testing.hpp"
#include "stream/deduplication_id.hpp"

namespace slipring::bus::testing {
namespace {

using Expect = event::Event::Expect;

class Line : public ::testing::Test {
 protected:
  static std::shared_ptr<stream::History> history() {
    stream::Settings settings = in_memory("default", {"#"});
    settings.deduplication_window = std::chrono::nanoseconds(100);
    settings.deduplication_ids = 3;
    return std::make_shared<stream::History>(settings, 1, epoch);
  }

  static event::EventRef make(std::string_view topic, event::Event::Expectation expectation = {},
                              std::string_view id = {}) {
    event::EventRef event = event::testing::make({.topic = topic, .deduplication_id = id});
    event->expect(expectation);
    return event;
  }
  Result<StreamLine::Staged> stage(std::string_view topic,
                                   event::Event::Expectation expectation = {}) {
    return line_.stage(make(topic, expectation), now_ns_);
  }
  Result<StreamLine::Staged> stage_once(std::string_view id) {
    return line_.stage(make("a", {}, id), now_ns_);
  }
  void take(std::string_view topic) { EXPECT_TRUE(stage(topic)); }
  void take_once(std::string_view id) { EXPECT_TRUE(stage_once(id)); }
  std::string refusal(std::string_view topic, event::Event::Expectation expectation) {
    const auto staged = stage(topic, expectation);
    if (staged) return "taken";
    EXPECT_EQ(staged.status().code(), SLIPRING_FAILED_PRECONDITION);
    return std::string(staged.status().message());
  }

  StreamLine line_{history(), {}};
  int64_t now_ns_ = 1000;
};

TEST_F(Line, SequencesGoOnWithinAGroupAndBehindIt) {
  EXPECT_EQ(stage("a")->position, (event::Position{1, epoch, 1}));
  EXPECT_EQ(stage("b")->position.sequence, 2u);
  EXPECT_EQ(line_.staged().size(), 2u);
  EXPECT_EQ(line_.history().last(), 0u);
  EXPECT_EQ(line_.commit().size(), 2u);
  EXPECT_EQ(line_.history().last(), 2u);
  EXPECT_TRUE(line_.staged().empty());
  EXPECT_EQ(stage("a")->position.sequence, 3u);
}

TEST_F(Line, WhatIsTakenBackGivesItsSequencesAgain) {
  take("a");
  const StreamLine::Mark mark = line_.mark();
  take("b");
  take("c");
  line_.take_back(mark);
  EXPECT_EQ(stage("d")->position.sequence, 2u);
  EXPECT_EQ(line_.commit().back()->topic(), "d");
}

TEST_F(Line, AConditionOnTheStreamIsHeldAgainstWhatIsStaged) {
  EXPECT_TRUE(stage("a", {Expect::of_stream, 0}));
  EXPECT_TRUE(stage("b", {Expect::of_stream, 1}));
  EXPECT_EQ(refusal("c", {Expect::of_stream, 1}),
            "expect: the last sequence of stream default is 2, expected was 1");
  line_.commit();
  EXPECT_TRUE(stage("c", {Expect::of_stream, 2}));
}

TEST_F(Line, AConditionOnATopicIsHeldAgainstItsLastEvent) {
  take("a");
  take("b");
  line_.commit();
  EXPECT_EQ(refusal("a", {Expect::of_topic, 2}),
            "expect: the last sequence of the topic is 1, expected was 2");
  EXPECT_TRUE(stage("a", {Expect::of_topic, 1}));
  EXPECT_TRUE(stage("c", {Expect::of_topic, 0}));
}

TEST_F(Line, AConditionOnATopicIsHeldAgainstWhatIsStaged) {
  take("a");
  EXPECT_TRUE(stage("a", {Expect::of_topic, 1}));
  EXPECT_TRUE(stage("a", {Expect::of_topic, 2}));
  EXPECT_NE(refusal("a", {Expect::of_topic, 2}), "taken");
  // Without a condition it counts too.
  take("a");
  EXPECT_TRUE(stage("a", {Expect::of_topic, 4}));
}

TEST_F(Line, WhatWasTakenBackIsNotTheLastOfItsTopic) {
  take("a");
  line_.commit();
  EXPECT_TRUE(stage("a", {Expect::of_topic, 1}));
  line_.take_back({});
  EXPECT_TRUE(stage("a", {Expect::of_topic, 1}));
}

TEST_F(Line, AnEventThatWasRefusedLeavesNothing) {
  EXPECT_NE(refusal("a", {Expect::of_topic, 7}), "taken");
  EXPECT_TRUE(line_.staged().empty());
  EXPECT_EQ(stage("a")->position.sequence, 1u);
}

TEST_F(Line, AnIdThatIsStagedIsADuplicate) {
  EXPECT_FALSE(stage_once("x")->duplicate);
  take("b");
  const auto again = stage_once("x");
  EXPECT_TRUE(again->duplicate);
  EXPECT_EQ(again->position, (event::Position{1, epoch, 1}));
  EXPECT_EQ(line_.staged().size(), 2u);
  EXPECT_EQ(line_.staged_ids().size(), 1u);
}

TEST_F(Line, AnIdOfAnEarlierGroupIsADuplicate) {
  take_once("x");
  line_.commit();
  EXPECT_TRUE(stage_once("x")->duplicate);
  EXPECT_TRUE(line_.staged_ids().empty());
}

TEST_F(Line, AnIdThatWasTakenBackIsNew) {
  take_once("x");
  line_.commit();
  take_once("y");
  line_.take_back({});
  EXPECT_FALSE(stage_once("y")->duplicate);
  EXPECT_TRUE(stage_once("x")->duplicate);
}

TEST_F(Line, ADuplicateIsOneAlsoWhenItsConditionDoesNotHoldAnyMore) {
  EXPECT_TRUE(line_.stage(make("a", {Expect::of_topic, 0}, "x"), now_ns_));
  const auto again = line_.stage(make("a", {Expect::of_topic, 0}, "x"), now_ns_);
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->duplicate);
}

TEST_F(Line, AnIdIsForgottenWhenItIsOld) {
  take_once("x");
  now_ns_ += 100;
  EXPECT_TRUE(stage_once("x")->duplicate);
  now_ns_ += 1;
  EXPECT_FALSE(stage_once("x")->duplicate);
}

TEST_F(Line, TheOldestIdsAreForgottenWhenThereAreMany) {
  for (const char *id : {"1", "2", "3", "4", "5"}) take_once(id);
  EXPECT_TRUE(stage_once("5")->duplicate);
  EXPECT_TRUE(stage_once("3")->duplicate);
  EXPECT_FALSE(stage_once("1")->duplicate);
}

TEST_F(Line, IdsOfBeforeAreKnown) {
  const event::EventRef event = make("a", {}, "x");
  const std::vector<stream::Known> known{{stream::deduplication_id(*event), 17, now_ns_}};
  StreamLine line(history(), known);
  const auto staged = line.stage(make("b", {}, "x"), now_ns_);
  EXPECT_TRUE(staged->duplicate);
  EXPECT_EQ(staged->position.sequence, 17u);
}

TEST_F(Line, AClockThatIsPutBackDoesNotPutBackWhatIsRecorded) {
  take("a");
  now_ns_ = 10;
  take("b");
  now_ns_ = 2000;
  take("c");
  const auto events = line_.commit();
  EXPECT_EQ(events[0]->record().recorded_ns(), 1000);
  EXPECT_EQ(events[1]->record().recorded_ns(), 1000);
  EXPECT_EQ(events[2]->record().recorded_ns(), 2000);
}

}  // namespace
}  // namespace slipring::bus::testing
