// Reading once, as a session sees it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "event/cursor.hpp"
#include "session/events_test_host.hpp"

namespace slipring::session {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ReadsTest : public EventsTestHost {
 protected:
  void start(stream::Settings settings = bus::testing::in_memory("default", {"#"}),
             uint32_t shards = 1, Limits limits = {}) {
    histories_ = {in_memory(std::move(settings))};
    begin(shards, limits);
    publisher_ = &join();
    client_ = &join(shards - 1);
  }
  void publish(std::string_view what) {
    say(*publisher_, "!pub " + std::string(what));
    settle();
  }
  std::vector<std::string> ask(std::string_view what) {
    say(*client_, what);
    settle();
    return heard(*client_);
  }
  void pass(std::chrono::nanoseconds time) {
    now_ += time;
    settle();
  }
  static std::string cursor(uint64_t sequence) {
    const event::ParsedPosition position{"default", 0xe, sequence};
    std::array<char, event::max_cursor_text_size> text;
    return {text.data(), event::print_cursor({&position, 1}, text)};
  }
  static std::string event(std::string_view what, uint64_t sequence) {
    return "event " + std::string(what) + ' ' + at(sequence);
  }

  Client *publisher_ = nullptr;
  Client *client_ = nullptr;
};

TEST_F(ReadsTest, BringsAllThereIsAndTheCursorToGoOnFrom) {
  start();
  publish("a 1");
  publish("b 2");
  publish("a 3");
  publish("b 4");
  EXPECT_THAT(ask("read a from=earliest"),
              ElementsAre("batch " + cursor(4), event("a 1", 1), event("a 3", 3)));
  EXPECT_THAT(ask("read a from=" + cursor(4)), ElementsAre("batch " + cursor(4)));
  publish("a 5");
  EXPECT_THAT(ask("read a from=" + cursor(4)), ElementsAre("batch " + cursor(5), event("a 5", 5)));
}

TEST_F(ReadsTest, IsOverWithItsFirstBatch) {
  start();
  ask("read a from=earliest");
  publish("a 1");
  EXPECT_THAT(heard(*client_), IsEmpty());
}

TEST_F(ReadsTest, EndsAtItsLimitAndGoesOnBehindIt) {
  start();
  for (int i = 1; i <= 5; ++i) publish("a " + std::to_string(i));
  EXPECT_THAT(ask("read a from=earliest limit=2"),
              ElementsAre("batch " + cursor(2) + " more", event("a 1", 1), event("a 2", 2)));
  EXPECT_THAT(ask("read a limit=2 from=" + cursor(2)),
              ElementsAre("batch " + cursor(4) + " more", event("a 3", 3), event("a 4", 4)));
  EXPECT_THAT(ask("read a limit=2 from=" + cursor(4)),
              ElementsAre("batch " + cursor(5), event("a 5", 5)));
}

TEST_F(ReadsTest, GivesAtLeastOneEventHoweverFewBytesItMayHave) {
  start();
  publish("a 1");
  publish("a 2");
  EXPECT_THAT(ask("read a from=earliest bytes=1"),
              ElementsAre("batch " + cursor(1) + " more", event("a 1", 1)));
}

TEST_F(ReadsTest, WaitsUntilSomethingComes) {
  start();
  publish("a 1");
  EXPECT_THAT(ask("read a wait=10 from=" + cursor(1)), IsEmpty());
  pass(std::chrono::seconds(9));
  publish("b 2");
  EXPECT_THAT(heard(*client_), IsEmpty());
  publish("a 3");
  EXPECT_THAT(heard(*client_), ElementsAre("batch " + cursor(3), event("a 3", 3)));
  publish("a 4");
  EXPECT_THAT(heard(*client_), IsEmpty());
}

TEST_F(ReadsTest, WaitsNoLongerThanItMay) {
  start();
  EXPECT_THAT(ask("read a wait=10"), IsEmpty());
  pass(std::chrono::seconds(10));
  EXPECT_THAT(heard(*client_), ElementsAre("batch " + cursor(0)));
}

TEST_F(ReadsTest, SaysWhenTheFirstWaitIsOver) {
  start();
  EXPECT_EQ(events_[0]->next_due(), std::nullopt);
  ask("read a wait=10");
  ask("read b wait=5");
  const auto begin = now_;
  EXPECT_EQ(events_[0]->next_due(), begin + std::chrono::seconds(5));
  publish("b 1");
  EXPECT_THAT(heard(*client_), ElementsAre("batch " + cursor(1), event("b 1", 1)));
  EXPECT_EQ(events_[0]->next_due(), begin + std::chrono::seconds(10));
  pass(std::chrono::seconds(10));
  EXPECT_THAT(heard(*client_), ElementsAre("batch " + cursor(1)));
  EXPECT_EQ(events_[0]->next_due(), std::nullopt);
}

TEST_F(ReadsTest, DoesNotWaitWhenThereIsSomething) {
  start();
  publish("a 1");
  EXPECT_THAT(ask("read a from=earliest wait=10"),
              ElementsAre("batch " + cursor(1), event("a 1", 1)));
}

TEST_F(ReadsTest, ReadsTheLastOfEachTopicAndWhatIsRetained) {
  start();
  publish("a/1 x");
  publish("a/1 y retain");
  publish("a/2 z");
  EXPECT_THAT(ask("read a/+ from=last-per-topic"),
              ElementsAre("batch " + cursor(3), event("a/1 y", 2), event("a/2 z", 3)));
  EXPECT_THAT(ask("read a/+ from=retained"), ElementsAre("batch " + cursor(3), event("a/1 y", 2)));
  EXPECT_THAT(ask("read a/+ from=last:1"), ElementsAre("batch " + cursor(3), event("a/2 z", 3)));
}

TEST_F(ReadsTest, AGapStandsBeforeTheFirstEvent) {
  auto settings = bus::testing::in_memory("default", {"#"});
  settings.retention.events = 2;
  start(std::move(settings));
  for (int i = 1; i <= 5; ++i) publish("a " + std::to_string(i));
  writer_->tick();
  EXPECT_THAT(ask("read a from=" + cursor(1)),
              ElementsAre("batch " + cursor(5) + " gap=" + at(2) + ".." + at(3) + " retention",
                          event("a 4", 4), event("a 5", 5)));
}

TEST_F(ReadsTest, EphemeralTopicsAreReadByWaiting) {
  start();
  EXPECT_THAT(ask("read e/1 from=earliest"), ElementsAre("batch "));
  EXPECT_THAT(ask("read e/1 wait=10"), IsEmpty());
  publish("e/1 now");
  EXPECT_THAT(heard(*client_), ElementsAre("batch ", "event e/1 now "));
}

TEST_F(ReadsTest, WhatCannotBeReadIsRefused) {
  start();
  EXPECT_THAT(ask("read a"), ElementsAre(HasSubstr("error INVALID_ARGUMENT start: ")));
  EXPECT_THAT(ask("read a/#/b from=earliest"), ElementsAre(HasSubstr("error INVALID_ARGUMENT")));
  EXPECT_THAT(ask("read a from=nonsense"), ElementsAre(HasSubstr("error INVALID_ARGUMENT")));
  EXPECT_THAT(ask("read a from=" + cursor(7)), ElementsAre(HasSubstr("refused read OUT_OF_RANGE")));
}

TEST_F(ReadsTest, EndsWithItsSessionOrWhenItIsTakenBack) {
  start();
  ask("read a wait=10");
  EXPECT_EQ(session(*client_).operations, 1u);
  ask("unread");
  EXPECT_EQ(session(*client_).operations, 0u);
  publish("a 1");
  EXPECT_THAT(heard(*client_), IsEmpty());
  ask("read a wait=10");
  leave(*client_);
  publish("a 2");
  pass(std::chrono::seconds(20));
}

TEST_F(ReadsTest, OneWithACursorOfAShardThatIsAheadDoesNotWaitForThisOne) {
  start(bus::testing::in_memory("default", {"#"}), 2);
  client_ = &join(1);
  say(*publisher_, "!pub a 1");
  drain(0);
  drain(network_->writer());
  drain(0);
  say(*client_, "read a from=" + cursor(1));
  settle();
  EXPECT_THAT(heard(*client_), ElementsAre("batch " + cursor(1)));
}

}  // namespace
}  // namespace slipring::session
