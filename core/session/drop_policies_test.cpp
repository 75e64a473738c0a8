// Drop policies: what a session with a full queue does not get of ephemeral topics.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "session/events_test_host.hpp"

namespace slipring::session {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class Drop : public EventsTestHost {
 protected:
  void begin_with_queue_of(size_t messages) {
    Limits limits;
    limits.queue_messages = messages;
    begin(1, limits);
  }
  // Stops reading; what is published then stays in its queue.
  Client &slow(std::string_view how) {
    Client &client = reader(how);
    client.connection.room = 0;
    publisher_ = &join();
    return client;
  }
  void publish(std::string_view what) {
    say(*publisher_, "!pub " + std::string(what));
    settle();
  }
  std::vector<std::string> read_all(Client &client) {
    client.connection.room = SIZE_MAX;
    on(0);
    sessions_[0]->writable(client.id);
    settle();
    return heard(client);
  }
  Client *publisher_ = nullptr;
};

TEST_F(Drop, NewestLeavesOutWhatDoesNotFitAndSaysSoBehindWhatDid) {
  begin_with_queue_of(2);
  Client &client = slow("sub 1 e/a drop=1");
  for (int i = 1; i <= 5; ++i) publish("e/a " + std::to_string(i));
  EXPECT_THAT(read_all(client),
              ElementsAre("event e/a 1 ", "event e/a 2 ", "gap 1   3 slow reader"));
  publish("e/a 6");
  EXPECT_THAT(heard(client), ElementsAre("event e/a 6 "));
  EXPECT_EQ(counter("events_dropped_total"), 3u);
}

TEST_F(Drop, OldestKeepsTheLastOnesAndSaysFirstWhatIsMissing) {
  begin_with_queue_of(3);
  Client &client = slow("sub 1 e/a drop=2");
  for (int i = 1; i <= 6; ++i) publish("e/a " + std::to_string(i));
  EXPECT_THAT(read_all(client),
              ElementsAre("gap 1   3 slow reader", "event e/a 4 ", "event e/a 5 ", "event e/a 6 "));
}

TEST_F(Drop, LatestPerKeyKeepsTheLastOfEachKey) {
  begin_with_queue_of(3);
  Client &client = slow("sub 1 e/a drop=3");
  publish("e/a 1 key=x");
  publish("e/a 2 key=y");
  publish("e/a 3 key=z");
  publish("e/a 4 key=y");
  publish("e/a 5 key=y");
  const auto got = read_all(client);
  EXPECT_THAT(got, testing::Contains("event e/a 5 "));
  EXPECT_THAT(got, testing::Not(testing::Contains(HasSubstr("event e/a 2 "))));
  EXPECT_THAT(got, testing::Not(testing::Contains(HasSubstr("event e/a 4 "))));
  EXPECT_THAT(got, testing::Contains(StartsWith("gap 1 ")));
}

TEST_F(Drop, ByPriorityTheLeastImportantGivesWay) {
  begin_with_queue_of(2);
  Client &client = slow("sub 1 e/a drop=4");
  publish("e/a 1 priority=1");
  publish("e/a 2 priority=9");
  publish("e/a 3 priority=5");
  publish("e/a 4 priority=0");
  const auto got = read_all(client);
  EXPECT_THAT(got, ElementsAre("gap 1   2 slow reader", "event e/a 2 ", "event e/a 3 "));
}

TEST_F(Drop, DisconnectEndsTheSession) {
  begin_with_queue_of(1);
  Client &client = slow("sub 1 e/a drop=5");
  publish("e/a 1");
  publish("e/a 2");
  EXPECT_TRUE(session(client).closing);
  EXPECT_EQ(session(client).close_code, SLIPRING_CLOSE_POLICY);
}

TEST_F(Drop, AnswersAreNotDroppedForEvents) {
  begin_with_queue_of(2);
  Client &client = slow("sub 1 e/a drop=2");
  for (int i = 1; i <= 4; ++i) publish("e/a " + std::to_string(i));
  say(client, "state?");
  for (int i = 5; i <= 8; ++i) publish("e/a " + std::to_string(i));
  EXPECT_THAT(read_all(client), testing::Contains("state "));
}

TEST_F(Drop, WhatIsQueuedOfAStreamNeverGivesWay) {
  for (const char *const policy : {"2", "3", "4"}) {
    begin_with_queue_of(2);
    Client &client = slow("sub 1 # drop=" + std::string(policy));
    publish("a 1 key=x priority=0");
    publish("a 2 key=x priority=0");
    publish("e/a 3 key=x priority=9");
    EXPECT_THAT(read_all(client),
                ElementsAre("event a 1 " + at(1), "event a 2 " + at(2), "gap 1   1 slow reader"))
        << "drop=" << policy;
    stop();
    histories_.clear();
  }
}

TEST_F(Drop, WhatWaitsOfAStreamForTheWindowNeverGivesWay) {
  begin_with_queue_of(3);
  Client &client = reader("sub 1 # each drop=2");
  publisher_ = &join();
  publish("a 1");
  for (int i = 2; i <= 4; ++i) publish("e/a " + std::to_string(i));
  say(client, "window 5");
  settle();
  EXPECT_THAT(heard(client),
              ElementsAre("1/1 event a 1 " + at(1), "gap 1   2 slow reader", "2/1 event e/a 4 "));
}

TEST_F(Drop, ANeverReadingClientCostsABoundedQueue) {
  begin_with_queue_of(10);
  Client &client = slow("sub 1 e/a drop=2");
  for (int i = 0; i < 2000; ++i) publish("e/a x");
  EXPECT_LE(session(client).queue.size(), 10u);
  EXPECT_LE(session(client).queue.places(), 200u);
}

TEST_F(Drop, AGapOfASubscriptionThatEndsIsAnnouncedByAnother) {
  begin_with_queue_of(1);
  Client &client = reader("sub 1 e/a drop=1");
  say(client, "sub 2 e/+");
  settle();
  heard(client);
  client.connection.room = 0;
  publisher_ = &join();
  publish("e/a 1");
  publish("e/a 2");
  say(client, "unsub 1");
  EXPECT_THAT(read_all(client), testing::Contains(StartsWith("gap 2 ")));
}

}  // namespace
}  // namespace slipring::session
