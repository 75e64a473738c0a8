// Where a subscription begins, as a session sees it: what comes, and the answer that says where it
// began.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "event/cursor.hpp"
#include "session/events_test_host.hpp"

namespace slipring::session {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class Starts : public EventsTestHost {
 protected:
  void begin_with(stream::Settings settings, uint32_t shards = 1) {
    histories_ = {in_memory(std::move(settings))};
    begin(shards);
    event_fake::behaviour.flags = true;
    publisher_ = &join();
  }
  void begin_with_default(uint32_t shards = 1) {
    begin_with(bus::testing::in_memory("default", {"#"}), shards);
  }
  void publish(std::string_view what) {
    say(*publisher_, "!pub " + std::string(what));
    settle();
  }
  // What a new client hears that subscribes so.
  std::vector<std::string> subscribed(std::string_view how, uint32_t shard = 0) {
    client_ = &join(shard);
    say(*client_, how);
    settle();
    return heard(*client_);
  }
  static std::string cursor(uint64_t sequence) {
    const event::ParsedPosition position{"default", 0xe, sequence};
    std::array<char, event::max_cursor_text_size> text;
    return {text.data(), event::print_cursor({&position, 1}, text)};
  }
  static std::string replayed(std::string_view what, uint64_t sequence) {
    return "event " + std::string(what) + ' ' + at(sequence) + " replayed";
  }

  Client *publisher_ = nullptr;
  Client *client_ = nullptr;
};

TEST_F(Starts, NowIsBehindAllThereIs) {
  begin_with_default();
  publish("a 1");
  EXPECT_THAT(subscribed("sub 1 a"), ElementsAre("subscribed 1 " + cursor(1)));
  publish("a 2");
  EXPECT_THAT(heard(*client_), ElementsAre("event a 2 " + at(2)));
}

TEST_F(Starts, EarliestBringsAllThereIsAndThenWhatComes) {
  begin_with_default();
  publish("a 1");
  publish("b 2");
  publish("a 3");
  EXPECT_THAT(subscribed("sub 1 a from=earliest"),
              ElementsAre("subscribed 1 " + cursor(0) + " recovered=2", replayed("a 1", 1),
                          replayed("a 3", 3)));
  publish("a 4");
  EXPECT_THAT(heard(*client_), ElementsAre("event a 4 " + at(4)));
}

TEST_F(Starts, EarliestOfAStreamThatHasNothingIsLive) {
  begin_with_default();
  EXPECT_THAT(subscribed("sub 1 a from=earliest"), ElementsAre("subscribed 1 " + cursor(0)));
}

TEST_F(Starts, LastBringsTheLastThatMatch) {
  begin_with_default();
  for (int i = 1; i <= 3; ++i) publish("a " + std::to_string(i));
  publish("b 4");
  EXPECT_THAT(subscribed("sub 1 a from=last:2"),
              ElementsAre("subscribed 1 " + cursor(1) + " recovered=2", replayed("a 2", 2),
                          replayed("a 3", 3)));
}

TEST_F(Starts, LastPerTopicBringsTheLastOfEach) {
  begin_with_default();
  publish("a/1 x");
  publish("a/2 y");
  publish("a/1 z");
  EXPECT_THAT(subscribed("sub 1 a/+ from=last-per-topic"),
              ElementsAre("subscribed 1 " + cursor(3) + " recovered=2", replayed("a/2 y", 2),
                          replayed("a/1 z", 3)));
}

TEST_F(Starts, RetainedBringsWhatWasRetainedAndSaysSo) {
  begin_with_default();
  publish("a/1 x retain");
  publish("a/1 y");
  publish("a/2 z");
  EXPECT_THAT(subscribed("sub 1 a/+ from=retained"),
              ElementsAre("subscribed 1 " + cursor(3) + " recovered=1",
                          replayed("a/1 x", 1) + " retained"));
}

TEST_F(Starts, ATimeBringsWhatWasTakenThenOrLater) {
  begin_with_default();
  unix_ns_ = 1'000;
  publish("a 1");
  unix_ns_ = 2'000;
  publish("a 2");
  EXPECT_THAT(subscribed("sub 1 a from=time:1500"),
              ElementsAre("subscribed 1 " + cursor(1) + " recovered=1", replayed("a 2", 2)));
  EXPECT_THAT(subscribed("sub 1 a from=time:3000"), ElementsAre("subscribed 1 " + cursor(2)));
}

TEST_F(Starts, APositionIsGoneOnBehind) {
  begin_with_default();
  for (int i = 1; i <= 3; ++i) publish("a " + std::to_string(i));
  EXPECT_THAT(subscribed("sub 1 a from=" + at(2)),
              ElementsAre("subscribed 1 " + cursor(2) + " recovered=1", replayed("a 3", 3)));
  EXPECT_THAT(subscribed("sub 1 a from=" + at(3)), ElementsAre("subscribed 1 " + cursor(3)));
}

TEST_F(Starts, ACursorIsGoneOnBehindOnAnyShard) {
  begin_with_default(2);
  publish("a 1");
  subscribed("sub 1 a", 0);
  publish("a 2");
  heard(*client_);
  say(*client_, "cursor 1");
  settle();
  const std::string place = heard(*client_).at(0).substr(std::string("cursor ").size());
  leave(*client_);
  publish("a 3");
  EXPECT_THAT(subscribed("sub 1 a from=" + place, 1),
              ElementsAre("subscribed 1 " + cursor(2) + " recovered=1", replayed("a 3", 3)));
}

TEST_F(Starts, TheCursorOfSubscribedIsThePlaceBeforeTheFirstEvent) {
  begin_with_default();
  for (int i = 1; i <= 3; ++i) publish("a " + std::to_string(i));
  const auto first = subscribed("sub 1 a from=last:1");
  const std::string place = first.at(0).substr(13, first.at(0).find(' ', 13) - 13);
  EXPECT_EQ(subscribed("sub 1 a from=" + place), first);
}

TEST_F(Starts, WhatCannotBeCountedAtOnceIsMany) {
  histories_ = {in_memory()};
  Limits limits;
  limits.queue_bytes = 1000;
  begin(1, limits);
  publisher_ = &join();
  for (int i = 1; i <= 100; ++i) publish("a 0123456789");
  const auto all = subscribed("sub 1 a from=earliest");
  EXPECT_EQ(all.at(0), "subscribed 1 " + cursor(0) + " recovered=many");
  EXPECT_EQ(all.size(), 101u);
}

TEST_F(Starts, TopicsThatKeepNothingBeginLive) {
  begin_with_default();
  publish("e/1 x");
  EXPECT_THAT(subscribed("sub 1 e/1 from=earliest"), ElementsAre("subscribed 1 "));
  publish("e/1 y");
  EXPECT_THAT(heard(*client_), ElementsAre("event e/1 y "));
}

TEST_F(Starts, WhatRetentionHasTakenIsSaidInTheAnswer) {
  stream::Settings settings = bus::testing::in_memory("default", {"#"});
  settings.retention.events = 2;
  begin_with(settings);
  for (int i = 1; i <= 5; ++i) publish("a " + std::to_string(i));
  writer_->tick();
  EXPECT_THAT(subscribed("sub 1 a from=" + at(1)),
              ElementsAre("subscribed 1 " + cursor(3) + " recovered=2 gap=" + at(2) + ".." + at(3) +
                              " retention",
                          replayed("a 4", 4), replayed("a 5", 5)));
}

TEST_F(Starts, APlaceInAHistoryThatHasGoneBeginsWithThisOneAndSaysSo) {
  begin_with_default();
  publish("a 1");
  const auto got = subscribed("sub 1 a from=default@000000000000000d:77");
  ASSERT_EQ(got.size(), 2u);
  EXPECT_THAT(got[0], StartsWith("subscribed 1 " + cursor(0) + " recovered=1 gap="));
  EXPECT_THAT(got[0], HasSubstr("of another history"));
  EXPECT_EQ(got[1], replayed("a 1", 1));
}

// ── refused ────────────────────────────────────────────────────────────────────────────────────

TEST_F(Starts, APlaceInTheFutureIsRefused) {
  begin_with_default();
  publish("a 1");
  EXPECT_THAT(subscribed("sub 1 a from=" + at(9)),
              ElementsAre("refused 1 OUT_OF_RANGE start: default has not come to sequence 9, its "
                          "last is 1"));
  publish("a 2");
  EXPECT_THAT(heard(*client_), IsEmpty());
  EXPECT_EQ(counter("events_queued_total"), 0u);
}

TEST_F(Starts, TheIdOfOneThatWasRefusedIsFree) {
  begin_with_default();
  subscribed("sub 1 a from=" + at(9));
  say(*client_, "sub 1 b");
  say(*client_, "!pub b x");
  settle();
  EXPECT_THAT(heard(*client_), ElementsAre("subscribed 1 " + cursor(0), "event b x " + at(1)));
}

TEST_F(Starts, WhatIsNoPlaceOfThisHostIsRefusedInWords) {
  begin_with_default();
  std::string damaged = cursor(1);
  damaged[damaged.size() / 2] ^= 1;
  for (const std::string &from :
       {damaged, std::string(5000, 'A'), std::string("default@x:1"),
        std::string("elsewhere@000000000000000e:1"), std::string("nonsense")}) {
    EXPECT_THAT(subscribed("sub 1 a from=" + from),
                ElementsAre(StartsWith("error INVALID_ARGUMENT ")))
        << from;
  }
  EXPECT_EQ(counter("events_queued_total"), 0u);
}

TEST_F(Starts, MoreStreamsThanACursorCanHoldAreRefused) {
  for (uint32_t i = 1; i <= 9; ++i) {
    const std::string name = "s" + std::to_string(i);
    histories_.push_back(in_memory(bus::testing::in_memory(name, {i == 9 ? "#" : name}), i));
  }
  begin(1);
  EXPECT_THAT(subscribed("sub 1 #"), ElementsAre(StartsWith("error RESOURCE_EXHAUSTED ")));
  EXPECT_THAT(subscribed("sub 1 s3"), ElementsAre(StartsWith("subscribed 1 ")));
}

TEST_F(Starts, OneThatIsThereGoesOnAndCannotBeginAgain) {
  begin_with_default();
  subscribed("sub 1 a");
  say(*client_, "sub 1 a from=earliest");
  settle();
  EXPECT_THAT(heard(*client_), ElementsAre(StartsWith("error UNIMPLEMENTED start: ")));
}

// ── beside others ──────────────────────────────────────────────────────────────────────────────

TEST_F(Starts, ASecondOneBringsThePastAndWhatBothWantComesOnce) {
  begin_with_default();
  subscribed("sub 1 a");
  publish("a 1");
  heard(*client_);
  say(*client_, "sub 2 # from=earliest");
  settle();
  EXPECT_THAT(heard(*client_),
              ElementsAre("subscribed 2 " + cursor(0) + " recovered=1", replayed("a 1", 1)));
  publish("a 2");
  EXPECT_THAT(heard(*client_), ElementsAre("event a 2 " + at(2)));
}

TEST_F(Starts, UnsubscribingWhileThePastIsBeingReadCancelsIt) {
  begin_with_default();
  publish("a 1");
  hold_reads_ = true;
  subscribed("sub 1 a from=last:1");
  ASSERT_EQ(reads_.size(), 1u);
  say(*client_, "unsub 1");
  settle();
  EXPECT_THAT(heard(*client_), ElementsAre("cancelled 1"));
  reads_[0]();
  settle();
  EXPECT_THAT(heard(*client_), IsEmpty());
}

TEST_F(Starts, TheEndOfASessionWhileThePastIsBeingReadIsTheEndOfThatToo) {
  begin_with_default();
  publish("a 1");
  hold_reads_ = true;
  subscribed("sub 1 a from=last:1");
  ASSERT_EQ(reads_.size(), 1u);
  leave(*client_);
  reads_[0]();
  settle();
  EXPECT_THAT(heard(*client_), IsEmpty());
}

}  // namespace
}  // namespace slipring::session
