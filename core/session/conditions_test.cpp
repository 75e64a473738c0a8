// Publishing under conditions, as a session sees it: what is expected of a topic or a stream, and
// events that were published before.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "session/events_test_host.hpp"

namespace slipring::session {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class Conditions : public EventsTestHost {
 protected:
  Conditions() {
    begin(2);
    reader_ = &reader("sub 1 #", 1);
    client_ = &join(0);
  }
  std::vector<std::string> publish(std::string_view what) {
    say(*client_, "pub " + std::string(what));
    settle();
    return heard(*client_);
  }
  Client *reader_;
  Client *client_;
};

TEST_F(Conditions, OfATopicItsLastEventStandsThere) {
  EXPECT_THAT(publish("a 1 expect=topic:0"), ElementsAre("published 1 " + at(1)));
  EXPECT_THAT(publish("b 2"), ElementsAre("published 2 " + at(2)));
  EXPECT_THAT(publish("a 3 expect=topic:1"), ElementsAre("published 3 " + at(3)));
}

TEST_F(Conditions, OfAStreamItsLastEventStandsThere) {
  EXPECT_THAT(publish("a 1 expect=stream:0"), ElementsAre("published 1 " + at(1)));
  EXPECT_THAT(publish("b 2 expect=stream:1"), ElementsAre("published 2 " + at(2)));
}

TEST_F(Conditions, WhatDoesNotHoldIsRefusedAndSaysWhatStandsThere) {
  publish("a 1");
  publish("b 2");
  heard(*reader_);
  EXPECT_THAT(publish("a 3 expect=topic:0"),
              ElementsAre(AllOf(StartsWith("refused 3 FAILED_PRECONDITION "), HasSubstr("1"))));
  EXPECT_THAT(publish("a 4 expect=stream:1"),
              ElementsAre(AllOf(StartsWith("refused 4 FAILED_PRECONDITION "), HasSubstr("2"))));
  EXPECT_THAT(heard(*reader_), IsEmpty());
  EXPECT_THAT(publish("a 5"), ElementsAre("published 5 " + at(3))) << "no sequence was used up";
}

TEST_F(Conditions, OfTwoThatExpectTheSameOneIsTaken) {
  Client &other = join(1);
  say(*client_, "pub a 1 expect=topic:0");
  say(other, "pub a 2 expect=topic:0");
  settle();
  const auto first = heard(*client_);
  const auto second = heard(other);
  ASSERT_EQ(first.size() + second.size(), 2u);
  EXPECT_NE(first[0].starts_with("published"), second[0].starts_with("published"));
  EXPECT_EQ(heard(*reader_).size(), 1u);
}

TEST_F(Conditions, WhatWasPublishedBeforeIsAnsweredWithItsFirstPositionAndComesOnce) {
  EXPECT_THAT(publish("a 1 dedup=x"), ElementsAre("published 1 " + at(1)));
  EXPECT_THAT(publish("a 1 dedup=x"), ElementsAre("published 1 " + at(1) + " duplicate"));
  EXPECT_THAT(publish("a 2 dedup=y"), ElementsAre("published 2 " + at(2)));
  EXPECT_THAT(heard(*reader_), ElementsAre("event a 1 " + at(1), "event a 2 " + at(2)));
}

TEST_F(Conditions, AnIdIsKnownWhicheverSessionPublishes) {
  publish("a 1 dedup=x");
  leave(*client_);
  Client &again = join(1);
  say(again, "pub a 1 dedup=x");
  settle();
  EXPECT_THAT(heard(again), ElementsAre("published 1 " + at(1) + " duplicate"));
}

TEST_F(Conditions, ADuplicateIsNoneOfWhatItExpectsAnyMore) {
  publish("a 1 dedup=x expect=topic:0");
  EXPECT_THAT(publish("a 1 dedup=x expect=topic:0"),
              ElementsAre("published 1 " + at(1) + " duplicate"));
}

}  // namespace
}  // namespace slipring::session
