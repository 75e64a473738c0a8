#include "session/shard_events.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "session/events_test_host.hpp"
#include "session/move.hpp"

namespace slipring::session {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

using Events = EventsTestHost;

TEST_F(Events, ASubscriberOnAnotherShardGetsWhatIsPublishedWithItsPosition) {
  begin(2);
  Client &subscriber = join(1);
  Client &publisher = join(0);
  say(subscriber, "sub 7 game/+/move");
  settle();
  EXPECT_THAT(heard(subscriber), ElementsAre(StartsWith("subscribed 7 ")));
  say(publisher, "pub game/42/move e4");
  say(publisher, "pub game/42/chat hello");
  settle();
  EXPECT_THAT(heard(publisher), ElementsAre("published e4 " + at(1), "published hello " + at(2)));
  EXPECT_THAT(heard(subscriber), ElementsAre("event game/42/move e4 " + at(1)));
}

TEST_F(Events, AnEphemeralTopicHasNoPosition) {
  begin(2);
  Client &subscriber = reader("sub 1 e/#", 1);
  say(subscriber, "pub e/1 x");
  settle();
  EXPECT_THAT(heard(subscriber), testing::UnorderedElementsAre("published x ", "event e/1 x "));
}

TEST_F(Events, ManySubscribersShareOneRendering) {
  begin(1);
  for (int i = 0; i < 10; ++i) reader("sub 1 a");
  say(clients_[0], "!pub a x");
  settle();
  for (Client &client : clients_) EXPECT_THAT(heard(client), ElementsAre("event a x " + at(1)));
  EXPECT_EQ(counter("events_rendered_total"), 1u);
  EXPECT_EQ(counter("events_queued_total"), 10u);
}

TEST_F(Events, AnEventThatSeveralSubscriptionsMatchIsDeliveredOnceForEachFormat) {
  begin(1);
  Client &client = reader("sub 1 a/#");
  say(client, "sub 2 a/b");
  say(client, "sub 3 +/b format=3");
  settle();
  heard(client);
  say(client, "!pub a/b x");
  settle();
  EXPECT_THAT(heard(client),
              ElementsAre("event a/b x " + at(1), "event a/b x " + at(1) + " format=3"));
}

TEST_F(Events, AfterUnsubscribingNothingMoreComes) {
  begin(2);
  Client &client = reader("sub 1 a", 1);
  say(client, "unsub 1");
  say(client, "unsub 1");
  say(client, "!pub a x");
  settle();
  EXPECT_THAT(heard(client), ElementsAre(StartsWith("error NOT_FOUND no such subscription")));
}

TEST_F(Events, UnsubscribingWhatIsNotAnsweredYetCancelsIt) {
  begin(2);
  Client &client = join(1);
  say(client, "sub 1 a");
  say(client, "unsub 1");
  settle();
  EXPECT_THAT(heard(client), ElementsAre("cancelled 1"));
}

TEST_F(Events, AnIdInUseIsRefusedUnlessItsFiltersAreTheSame) {
  begin(1);
  Client &client = reader("sub 1 a");
  say(client, "sub 1 b");
  say(client, "sub 1 a format=2");
  settle();
  EXPECT_THAT(heard(client),
              ElementsAre("error ALREADY_EXISTS the id is in use", StartsWith("subscribed 1 ")));
  say(client, "!pub a x");
  settle();
  EXPECT_THAT(heard(client), ElementsAre("event a x " + at(1) + " format=2"));
}

TEST_F(Events, WhatIsNotLegalIsRefusedWithTheReason) {
  begin(1);
  Client &client = join();
  say(client, "sub 1 a/#/b");
  say(client, "pub a/+ x");
  settle();
  EXPECT_THAT(heard(client), ElementsAre(StartsWith("error INVALID_ARGUMENT"),
                                         StartsWith("error INVALID_ARGUMENT")));
}

TEST_F(Events, WhatAnEphemeralTopicCannotDoIsRefusedToEveryAdapter) {
  begin(1);
  Client &client = join();
  say(client, "pub e/1 x retain");
  say(client, "pub e/1 x dedup=1");
  say(client, "pub e/1 x expect=topic:0");
  settle();
  EXPECT_THAT(heard(client),
              ElementsAre(HasSubstr("FAILED_PRECONDITION topic e/1 is ephemeral"),
                          HasSubstr("can be deduplicated"), HasSubstr("can be conditional")));
}

TEST_F(Events, ASessionHasAsManySubscriptionsAsItsLimit) {
  Limits limits;
  limits.subscriptions = 2;
  begin(1, limits);
  Client &client = join();
  for (int i = 1; i <= 3; ++i) say(client, "sub " + std::to_string(i) + " a");
  settle();
  EXPECT_THAT(heard(client),
              ElementsAre(HasSubstr("RESOURCE_EXHAUSTED a session may have 2 subscriptions"),
                          StartsWith("subscribed 1"), StartsWith("subscribed 2")));
}

TEST_F(Events, ASubscriberMaySkipItsOwn) {
  begin(1);
  Client &own = reader("sub 1 a own");
  Client &other = reader("sub 1 a");
  say(own, "!pub a x");
  say(other, "!pub a y");
  settle();
  EXPECT_THAT(heard(own), ElementsAre("event a y " + at(2)));
  EXPECT_EQ(heard(other).size(), 2u);
}

TEST_F(Events, ACursorNamesWhatWasQueued) {
  begin(1);
  Client &client = reader("sub 1 a");
  say(client, "cursor 1");
  settle();
  const auto before = heard(client);
  say(client, "!pub a x");
  settle();
  heard(client);
  say(client, "cursor 1");
  settle();
  const auto after = heard(client);
  ASSERT_EQ(before.size() + after.size(), 2u);
  EXPECT_NE(before[0], after[0]);
}

TEST_F(Events, APublishThatTheBusHasNoRoomForWaitsAndHappensOnce) {
  bus::NetworkLimits network;
  network.requests = 2;
  begin(1, {}, network);
  Client &client = reader("sub 1 a");
  for (int i = 0; i < 6; ++i) say(client, "!pub a " + std::to_string(i));
  EXPECT_FALSE(client.connection.reading) << "a client whose input waits is not read from";
  settle();
  const auto events = heard(client);
  ASSERT_EQ(events.size(), 6u);
  for (size_t i = 0; i < 6; ++i) {
    EXPECT_EQ(events[i], "event a " + std::to_string(i) + ' ' + at(i + 1));
  }
  EXPECT_TRUE(client.connection.reading);
}

TEST_F(Events, OperationsUnderWayAreLimitedAndTheRestWaits) {
  Limits limits;
  limits.operations = 3;
  begin(1, limits);
  Client &client = join();
  for (int i = 0; i < 10; ++i) say(client, "pub a " + std::to_string(i));
  settle();
  const auto answers = heard(client);
  ASSERT_EQ(answers.size(), 10u);
  EXPECT_EQ(answers[9], "published 9 " + at(10));
}

TEST_F(Events, TheEndOfASessionTakesBackAllItWaitedFor) {
  begin(2);
  Client &client = join(1);
  say(client, "sub 1 a");
  say(client, "pub a x");
  leave(client);
  settle();
  say(join(0), "!pub a y");
  settle();
  EXPECT_TRUE(heard(client).empty());
}

TEST_F(Events, AMessageOfItsOwnWaitsUntilTheQueueIsShort) {
  begin(1);
  Client &client = reader("sub 1 a");
  client.connection.room = 0;
  say(client, "!pub a x");
  settle();
  say(client, "room 0");
  settle();
  EXPECT_TRUE(heard(client).empty());
  client.connection.room = SIZE_MAX;
  on(0);
  sessions_[0]->writable(client.id);
  settle();
  EXPECT_THAT(heard(client), ElementsAre(StartsWith("event a x"), "room"));
}

// ── holes ──────────────────────────────────────────────────────────────────────────────────────

TEST_F(Events, AHoleIsFilledForEachSessionInASharedRendering) {
  begin(1);
  Client &client = reader("sub 1 a");
  event_fake::behaviour.holes = true;
  say(client, "!pub a x");
  settle();
  const auto got = heard(client);
  say(client, "cursor 1");
  settle();
  const std::string cursor = heard(client).at(0).substr(std::string("cursor ").size());
  EXPECT_THAT(got, ElementsAre("event a x " + at(1) + " <" + cursor + "> <>"));
}

// ── event by event ─────────────────────────────────────────────────────────────────────────────

TEST_F(Events, TheWindowSaysHowManyDeliveriesAreUnderWay) {
  begin(1);
  Client &client = reader("sub 1 a each");
  for (int i = 1; i <= 4; ++i) say(client, "!pub a " + std::to_string(i));
  settle();
  EXPECT_TRUE(heard(client).empty()) << "the window is 0 until it is set";
  say(client, "window 2");
  settle();
  EXPECT_THAT(heard(client), ElementsAre("1/1 event a 1 " + at(1), "2/1 event a 2 " + at(2)));
  say(client, "settle 1 1");
  say(client, "settle 1 1");
  settle();
  EXPECT_THAT(heard(client), ElementsAre(StartsWith("error NOT_FOUND"), "3/1 event a 3 " + at(3)));
}

TEST_F(Events, ARefusedDeliveryComesAgainAfterItsDelay) {
  begin(1);
  Client &client = reader("sub 1 a each");
  say(client, "window 1");
  say(client, "!pub a 1");
  settle();
  say(client, "settle 1 2 1000000000");
  settle();
  heard(client);
  now_ += std::chrono::milliseconds(999);
  settle();
  EXPECT_TRUE(heard(client).empty());
  now_ += std::chrono::milliseconds(2);
  settle();
  EXPECT_THAT(heard(client), ElementsAre("1/2 event a 1 " + at(1)));
}

TEST_F(Events, WhatTheAdapterDoesNotWantNowIsOfferedAgainWhenItIsReady) {
  begin(1);
  Client &client = reader("sub 1 a each");
  event_fake::behaviour.deliver = SLIPRING_RESOURCE_EXHAUSTED;
  say(client, "window 5");
  say(client, "!pub a 1");
  settle();
  event_fake::behaviour.deliver = SLIPRING_OK;
  settle();
  EXPECT_TRUE(heard(client).empty());
  say(client, "ready");
  settle();
  EXPECT_THAT(heard(client), ElementsAre("1/1 event a 1 " + at(1)));
}

TEST_F(Events, ADeliveryMayQueueTheSharedRenderingWithItsOwnValues) {
  begin(1);
  Client &client = reader("sub 1 a each");
  event_fake::behaviour.holes = true;
  say(client, "window 5");
  say(client, "!pub a 1");
  settle();
  EXPECT_THAT(heard(client), ElementsAre(testing::EndsWith("> <abc>")));
}

TEST_F(Events, UnsettledDeliveriesAreOfferedAgainOnRequest) {
  begin(1);
  Client &client = reader("sub 1 a each");
  say(client, "window 5");
  say(client, "!pub a 1");
  say(client, "!pub a 2");
  settle();
  heard(client);
  say(client, "resend 0");
  settle();
  EXPECT_THAT(heard(client), ElementsAre("1/2 event a 1 " + at(1), "2/2 event a 2 " + at(2)));
}

TEST_F(Events, WhatWaitsForTheWindowIsBoundedAndItsGapComesInOrder) {
  Limits limits;
  limits.queue_messages = 2;
  begin(1, limits);
  Client &client = reader("sub 1 e/a each drop=2");
  for (int i = 1; i <= 4; ++i) say(client, "!pub e/a " + std::to_string(i));
  settle();
  say(client, "window 5");
  settle();
  EXPECT_THAT(heard(client), ElementsAre("gap 1   3 slow reader", "1/1 event e/a 4 "));
}

TEST_F(Events, AGapAmongDeliveriesOutlivesItsSubscription) {
  Limits limits;
  limits.queue_messages = 1;
  begin(1, limits);
  Client &client = reader("sub 1 e/a each drop=1");
  say(client, "sub 2 e/+ each");
  settle();
  heard(client);
  say(client, "!pub e/a 1");
  say(client, "!pub e/a 2");
  settle();
  say(client, "unsub 1");
  say(client, "window 5");
  settle();
  EXPECT_THAT(heard(client), ElementsAre("1/1 event e/a 1 ", "gap 2   1 slow reader"));
}

// ── moves ──────────────────────────────────────────────────────────────────────────────────────

TEST_F(Events, AMoveCarriesSubscriptionsDeliveriesAndWhatIsUnderWay) {
  begin(1);
  Client &client = reader("sub 1 a");
  say(client, "sub 2 b each");
  say(client, "window 1");
  settle();
  say(client, "!pub b 1");
  say(client, "!pub b 2");
  settle();
  heard(client);
  say(client, "pub a x");
  bool done = false;
  on(0);
  Move::start(*loops_[0], *sessions_[0], generations_[1]->instance(0), std::chrono::seconds(1),
              [&](MoveReport report) {
                done = true;
                EXPECT_EQ(report.moved, 1u);
              });
  EXPECT_TRUE(done);
  EXPECT_EQ(event_fake::behaviour.exported_tags, 1u);
  settle();
  EXPECT_THAT(heard(client),
              testing::UnorderedElementsAre("published x " + at(3), "event a x " + at(3)));
  say(client, "settle 1 1");
  settle();
  EXPECT_THAT(heard(client), ElementsAre("2/1 event b 2 " + at(2)));
}

TEST_F(Events, ASessionWhoseTagCannotBeExportedStays) {
  begin(1);
  Client &client = join();
  say(client, "pub a x");
  event_fake::behaviour.export_tag = SLIPRING_INTERNAL;
  on(0);
  Move::start(*loops_[0], *sessions_[0], generations_[1]->instance(0), std::chrono::seconds(1),
              [&](MoveReport report) {
                EXPECT_EQ(report.stayed, 1u);
                EXPECT_THAT(report.reasons, ElementsAre("export_tag answered INTERNAL"));
              });
  settle();
  EXPECT_THAT(heard(client), ElementsAre("published x " + at(1)));
}

TEST_F(Events, InputThatWaitsMovesAndIsOfferedToTheNewVersion) {
  bus::NetworkLimits network;
  network.requests = 1;
  begin(1, {}, network);
  Client &client = reader("sub 1 a");
  for (int i = 0; i < 3; ++i) say(client, "!pub a " + std::to_string(i));
  on(0);
  Move::start(*loops_[0], *sessions_[0], generations_[1]->instance(0), std::chrono::seconds(1),
              [&](MoveReport report) { EXPECT_EQ(report.with_input, 1u); });
  settle();
  EXPECT_EQ(heard(client).size(), 3u);
}

// ── the end ────────────────────────────────────────────────────────────────────────────────────

TEST_F(Events, EachClientIsToldWhenToComeBack) {
  begin(1);
  Client &first = join();
  Client &second = join();
  on(0);
  uint32_t next = 0;
  sessions_[0]->refuse_all("the server is shutting down");
  EXPECT_EQ(sessions_[0]->close_some(1, "service restart", [&] { return next += 5; }), 1u);
  flush(0);
  EXPECT_EQ(first.connection.closed_with, 1012);
  EXPECT_EQ(second.connection.closed_with, 0);
  EXPECT_EQ(sessions_[0]->close_some(2, "service restart", [&] { return next += 5; }), 1u);
  flush(0);
  EXPECT_THAT(heard(first), ElementsAre("come back in 5"));
  EXPECT_THAT(heard(second), ElementsAre("come back in 10"));
  EXPECT_EQ(session(second).close_reason, "service restart; retry in 10 ms");
}

}  // namespace
}  // namespace slipring::session
