// Subscriptions: when they begin, what they get, how they end.
#include <gtest/gtest.h>

#include <algorithm>

#include "bus/testing.hpp"

namespace slipring::bus::testing {
namespace {

using Payloads = std::vector<std::string>;
using Positions = std::vector<event::Position>;

TEST(Subscribe, ASubscriberGetsWhatIsPublishedOnEveryShard) {
  Shards shards(3);
  for (uint32_t i = 0; i < 3; ++i) shards.user(i).subscribe(1, {"a/+"});
  shards.settle();
  for (uint32_t i = 0; i < 3; ++i) shards.user(i).publish("a/b", std::to_string(i));
  shards.settle();
  for (uint32_t i = 0; i < 3; ++i) {
    ASSERT_EQ(shards.user(i).deliveries.size(), 3u);
    EXPECT_EQ(shards.user(i).payloads(), shards.user(0).payloads());
  }
}

TEST(Subscribe, TheReceiverIsNotCalledFromInsideTheCall) {
  Shards shards(1);
  shards.user(0).subscribe(1, {"a"});
  EXPECT_TRUE(shards.user(0).begins.empty());
  shards.settle();
  ASSERT_EQ(shards.user(0).begins.size(), 1u);
  shards.user(0).subscribe(2, {"a"});
  EXPECT_EQ(shards.user(0).begins.size(), 1u);
  shards.settle();
  EXPECT_EQ(shards.user(0).begins.size(), 2u);
}

TEST(Subscribe, ItBeginsAtTheAnswerOfTheHome) {
  Shards shards(2);
  User &near = shards.user(0);
  User &far = shards.user(1);
  near.publish("a", "before");
  shards.settle();
  far.subscribe(1, {"a"});
  near.publish("a", "while the want is under way");
  shards.writer.drain();
  shards.bus(1).drain();
  const bool begun = !far.begins.empty();
  near.publish("a", "after");
  shards.settle();
  ASSERT_EQ(far.begins.size(), 1u);
  const uint64_t begin = far.begins[0].origin.positions.at(0).sequence;
  ASSERT_FALSE(far.deliveries.empty());
  EXPECT_TRUE(begun);
  EXPECT_EQ(far.deliveries[0].sequence, begin + 1);
  EXPECT_EQ(far.deliveries.back().payload, "after");
}

TEST(Subscribe, TheOriginNamesEachStreamThatAnyFilterReaches) {
  Shards shards(3, {}, {"live/#"});
  User &user = shards.user(0);
  for (int i = 0; i < 5; ++i) user.publish("a", "");
  shards.settle();
  user.subscribe(1, {"a"});
  user.subscribe(2, {"live/1"});
  user.subscribe(3, {"live/1", "b"});
  shards.settle();
  ASSERT_EQ(user.begins.size(), 3u);
  for (const Recorder::Begin &begin : user.begins) {
    const bool only_ephemeral = begin.subscription == 2;
    EXPECT_EQ(begin.origin.ephemeral, begin.subscription != 1);
    EXPECT_EQ(begin.origin.positions, only_ephemeral ? Positions{} : (Positions{{1, epoch, 5}}));
  }
}

TEST(Subscribe, ASecondSubscriptionOfAFilterBeginsWhereTheShardStands) {
  Shards shards(2);
  User &user = shards.user(1);
  user.subscribe(1, {"a"});
  shards.settle();
  user.publish("a", "1");
  shards.settle();
  user.subscribe(2, {"a"});
  shards.settle();
  user.publish("a", "2");
  shards.settle();
  ASSERT_EQ(user.begins.size(), 2u);
  EXPECT_EQ(user.begins[1].origin.positions, (Positions{{1, epoch, 1}}));
  EXPECT_EQ(user.deliveries[0].subscriptions, std::vector<uint32_t>{1});
  EXPECT_EQ(user.deliveries[1].subscriptions, (std::vector<uint32_t>{1, 2}));
}

TEST(Subscribe, AFreshStartSeesWhatIsStillOnItsWayToTheShard) {
  Shards shards(2);
  User &far = shards.user(1);
  far.subscribe(1, {"a"});
  shards.settle();
  shards.user(0).publish("a", "acknowledged", 1);
  shards.drain(0);
  shards.writer.drain();
  shards.drain(0);
  ASSERT_EQ(shards.user(0).dones.size(), 1u);
  far.subscribe(2, {"a"});
  far.subscribe(3, {"a"}, {.fresh = true});
  far.subscribe(4, {"a"}, {.kind = Start::Kind::last, .number = 1, .fresh = true});
  shards.settle();
  ASSERT_EQ(far.begins.size(), 4u);
  EXPECT_EQ(far.begins[1].subscription, 2u);
  EXPECT_EQ(far.begins[1].origin.positions, (Positions{{1, epoch, 0}}));
  EXPECT_EQ(far.begins[2].subscription, 3u);
  EXPECT_EQ(far.begins[2].origin.positions, (Positions{{1, epoch, 1}}));
  ASSERT_EQ(far.deliveries.size(), 2u);
  EXPECT_EQ(far.deliveries[0].subscriptions, (std::vector<uint32_t>{1, 2}));
  EXPECT_EQ(far.deliveries[1].subscriptions, std::vector<uint32_t>{4});
}

TEST(Subscribe, AFreshStartOfAFilterThatIsAskedForBeginsOnce) {
  Shards shards(2);
  User &user = shards.user(1);
  shards.user(0).publish("a", "1");
  shards.settle();
  user.subscribe(1, {"a"}, {.fresh = true});
  user.subscribe(2, {"a", "b"}, {.kind = Start::Kind::earliest, .fresh = true});
  user.subscribe(3, {"a"}, {.fresh = true});
  user.unsubscribe(3);
  shards.settle();
  ASSERT_EQ(user.begins.size(), 2u);
  EXPECT_EQ(user.payloads(), Payloads{"1"});
}

TEST(Subscribe, ASubscriptionWithSeveralFiltersIsActiveWhenAllHomesHaveAnswered) {
  Shards shards(4, {}, {"live/#"});
  const uint32_t here = 1;
  User &user = shards.user(here);
  user.subscribe(1, {"live/+", "a"});
  for (const uint32_t home : {shards.network.writer(), 0u, 2u, 3u}) {
    EXPECT_TRUE(user.begins.empty());
    user.publish("a", "too early");
    shards.drain(home);
    shards.drain(here);
  }
  EXPECT_EQ(user.begins.size(), 1u);
  user.publish("a", "in time");
  shards.settle();
  ASSERT_FALSE(user.deliveries.empty());
  EXPECT_EQ(user.deliveries.back().payload, "in time");
  const uint64_t origin = user.begins[0].origin.positions.at(0).sequence;
  for (size_t i = 0; i < user.deliveries.size(); ++i) {
    EXPECT_EQ(user.deliveries[i].sequence, origin + 1 + i);
  }
}

TEST(Subscribe, WhatIsTakenBackBeforeTheAnswerNeverBegins) {
  Shards shards(2);
  User &user = shards.user(1);
  user.subscribe(1, {"a"});
  user.unsubscribe(1);
  user.publish("a", "x");
  shards.settle();
  EXPECT_TRUE(user.begins.empty());
  EXPECT_TRUE(user.deliveries.empty());
}

TEST(Subscribe, AfterUnsubscribeNothingIsDeliveredNotEvenWhatIsUnderWay) {
  Shards shards(2);
  User &user = shards.user(1);
  user.subscribe(1, {"a"});
  shards.settle();
  user.publish("a", "x");
  shards.writer.drain();
  user.unsubscribe(1);
  shards.settle();
  EXPECT_TRUE(user.deliveries.empty());
}

TEST(Subscribe, TheLastUnsubscribeStopsTheHomeFromSending) {
  Shards shards(2);
  User &user = shards.user(1);
  user.subscribe(1, {"a"});
  user.subscribe(2, {"a"});
  shards.settle();
  user.unsubscribe(1);
  user.publish("a", "one is left");
  shards.settle();
  EXPECT_EQ(user.deliveries.size(), 1u);
  user.unsubscribe(2);
  shards.settle();
  shards.woken.clear();
  shards.user(0).publish("a", "none is left");
  shards.settle();
  EXPECT_EQ(std::ranges::count(shards.woken, 1u), 0);
}

TEST(Subscribe, AFilterWantedAgainWhileItIsTakenBackBeginsAnew) {
  Shards shards(2);
  User &user = shards.user(1);
  user.subscribe(1, {"a"});
  shards.settle();
  user.publish("a", "1");
  user.unsubscribe(1);
  user.publish("a", "2");
  user.subscribe(2, {"a"});
  user.publish("a", "3");
  shards.settle();
  EXPECT_EQ(user.payloads(), Payloads{"3"});
  EXPECT_EQ(user.begins.back().origin.positions, (Positions{{1, epoch, 2}}));
}

TEST(Subscribe, AnAnswerToAWantThatWasTakenBackEndsNobodysWaiting) {
  Shards shards(2);
  User &user = shards.user(1);
  user.subscribe(1, {"a"});
  shards.writer.drain();
  user.unsubscribe(1);
  user.subscribe(2, {"a"});
  shards.bus(1).drain();
  EXPECT_TRUE(user.begins.empty());
  shards.settle();
  EXPECT_EQ(user.begins.size(), 1u);
}

TEST(Subscribe, AFilterGivenTwiceCountsOnce) {
  Shards shards(1);
  User &user = shards.user(0);
  user.subscribe(1, {"a", "a"});
  user.publish("a", "x");
  shards.settle();
  EXPECT_EQ(user.deliveries.size(), 1u);
  user.unsubscribe(1);
  user.publish("a", "y");
  shards.settle();
  EXPECT_EQ(user.deliveries.size(), 1u);
}

TEST(Subscribe, StandFollowsWhatWasDelivered) {
  Shards shards(2);
  User &user = shards.user(1);
  user.subscribe(1, {"a"});
  shards.settle();
  for (int i = 0; i < 3; ++i) user.publish("a", "");
  shards.settle();
  EXPECT_EQ(user.port.stand({&user, 1}).positions, (Positions{{1, epoch, 3}}));
}

TEST(Subscribe, WhatARetiredOneHasHadIsKnownUntilItIsForgotten) {
  Shards shards(1);
  User &user = shards.user(0);
  user.subscribe(1, {"a"});
  user.subscribe(2, {"#"});
  shards.settle();
  std::vector<event::EventRef> events;
  user.on_deliver = [&](const event::EventRef &event) { events.push_back(event); };
  user.publish("a", "1");
  user.publish("b", "2");
  shards.settle();
  user.port.retire({&user, 1});
  user.publish("a", "3");
  shards.settle();
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(user.deliveries[2].subscriptions, std::vector<uint32_t>{2}) << "it gets nothing more";
  EXPECT_EQ(user.port.stand({&user, 1}).positions.at(0).sequence, 2u);
  EXPECT_TRUE(user.port.has_had({&user, 1}, *events[0], {&user, 2}));
  EXPECT_FALSE(user.port.has_had({&user, 1}, *events[1], {&user, 2})) << "it did not want it";
  EXPECT_FALSE(user.port.has_had({&user, 1}, *events[2], {&user, 2}));
  user.port.forget({&user, 1});
  EXPECT_FALSE(user.port.has_had({&user, 1}, *events[0], {&user, 2}));
}

TEST(Subscribe, SubscribedMaySubscribePublishAndUnsubscribe) {
  Shards shards(1);
  User &user = shards.user(0);
  user.on_subscribed = [&](Match who) {
    if (who.subscription != 1) return;
    user.unsubscribe(1);
    user.subscribe(2, {"a"});
    user.publish("a", "x");
  };
  user.subscribe(1, {"a"});
  shards.settle();
  ASSERT_EQ(user.begins.size(), 2u);
  ASSERT_EQ(user.deliveries.size(), 1u);
  EXPECT_EQ(user.deliveries[0].subscriptions, std::vector<uint32_t>{2});
}

TEST(Subscribe, DeliverMayUnsubscribeAndPublish) {
  Shards shards(1);
  User &user = shards.user(0);
  user.on_deliver = [&](const event::EventRef &event) {
    if (payload_of(event) != "1") return;
    user.publish("a", "2");
    user.unsubscribe(2);
  };
  user.subscribe(1, {"a"});
  user.subscribe(2, {"#"});
  shards.settle();
  user.publish("a", "1");
  shards.settle();
  ASSERT_EQ(user.payloads(), (Payloads{"1", "2"}));
  EXPECT_EQ(user.deliveries[1].subscriptions, std::vector<uint32_t>{1});
}

TEST(Subscribe, PortsOfAShardShareAFilterAndGetEachTheirOwn) {
  Shards shards(2);
  ShardBus &bus = shards.bus(1);
  User &first = shards.user(1);
  auto second = std::make_unique<User>(bus);
  first.subscribe(1, {"a"});
  second->subscribe(7, {"a"});
  shards.settle();
  first.publish("a", "1");
  shards.settle();
  EXPECT_EQ(first.deliveries.at(0).subscriptions, std::vector<uint32_t>{1});
  EXPECT_EQ(second->deliveries.at(0).subscriptions, std::vector<uint32_t>{7});
  second->subscribe(8, {"b"});
  second.reset();
  first.publish("a", "2");
  shards.settle();
  EXPECT_EQ(first.deliveries.size(), 2u);
}

TEST(Subscribe, ADeliveryMayDestroyAnotherPort) {
  Shards shards(1);
  auto other = std::make_unique<User>(shards.bus(0));
  other->subscribe(1, {"a"});
  shards.user(0).subscribe(1, {"a"});
  shards.user(0).on_deliver = [&](const event::EventRef &) { other.reset(); };
  shards.settle();
  shards.user(0).publish("a", "x", 0);
  shards.settle();
  EXPECT_EQ(shards.user(0).deliveries.size(), 1u);
}

TEST(Subscribe, AThousandFiltersFindTheirWayThroughALaneOfFour) {
  Shards shards(2, {.requests = 4});
  User &user = shards.user(1);
  for (uint32_t i = 0; i < 1000; ++i) user.subscribe(i, {"t/" + std::to_string(i)});
  shards.settle();
  EXPECT_EQ(user.begins.size(), 1000u);
  for (uint32_t i = 0; i < 1000; i += 2) user.unsubscribe(i);
  for (uint32_t i = 0; i < 1000; i += 4) user.subscribe(i, {"t/" + std::to_string(i)});
  shards.settle();
  EXPECT_EQ(user.begins.size(), 1250u);
  for (uint32_t i = 0; i < 1000; ++i) {
    ASSERT_EQ(user.publish("t/" + std::to_string(i), ""), Port::Answer::taken);
    shards.settle();
  }
  EXPECT_EQ(user.deliveries.size(), 750u);
}

}  // namespace
}  // namespace slipring::bus::testing
