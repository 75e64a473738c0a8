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
  Client &client = slow("sub 1 a drop=1");
  for (int i = 1; i <= 5; ++i) publish("a " + std::to_string(i));
  EXPECT_THAT(read_all(client), ElementsAre("event a 1 " + at(1), "event a 2 " + at(2),
                                            "gap 1 " + at(3) + ' ' + at(5) + " 3 slow reader"));
  publish("a 6");
  EXPECT_THAT(heard(client), ElementsAre("event a 6 " + at(6)));
  EXPECT_EQ(counter("events_dropped_total"), 3u);
}

TEST_F(Drop, OldestKeepsTheLastOnesAndSaysFirstWhatIsMissing) {
  begin_with_queue_of(3);
  Client &client = slow("sub 1 a drop=2");
  for (int i = 1; i <= 6; ++i) publish("a " + std::to_string(i));
  EXPECT_THAT(read_all(client),
              ElementsAre("gap 1 " + at(1) + ' ' + at(3) + " 3 slow reader", "event a 4 " + at(4),
                          "event a 5 " + at(5), "event a 6 " + at(6)));
}

TEST_F(Drop, LatestPerKeyKeepsTheLastOfEachKey) {
  begin_with_queue_of(3);
  Client &client = slow("sub 1 a drop=3");
  publish("a 1 key=x");
  publish("a 2 key=y");
  publish("a 3 key=z");
  publish("a 4 key=y");
  publish("a 5 key=y");
  const auto got = read_all(client);
  EXPECT_THAT(got, testing::Contains("event a 5 " + at(5)));
  EXPECT_THAT(got, testing::Not(testing::Contains(HasSubstr("event a 2 "))));
  EXPECT_THAT(got, testing::Not(testing::Contains(HasSubstr("event a 4 "))));
  EXPECT_THAT(got, testing::Contains(StartsWith("gap 1 ")));
}

TEST_F(Drop, ByPriorityTheLeastImportantGivesWay) {
  begin_with_queue_of(2);
  Client &client = slow("sub 1 a drop=4");
  publish("a 1 priority=1");
  publish("a 2 priority=9");
  publish("a 3 priority=5");
  publish("a 4 priority=0");
  const auto got = read_all(client);
  EXPECT_THAT(got, ElementsAre("gap 1 " + at(1) + ' ' + at(4) + " 2 slow reader",
                               "event a 2 " + at(2), "event a 3 " + at(3)));
}

TEST_F(Drop, DisconnectEndsTheSession) {
  begin_with_queue_of(1);
  Client &client = slow("sub 1 a drop=5");
  publish("a 1");
  publish("a 2");
  EXPECT_TRUE(session(client).closing);
  EXPECT_EQ(session(client).close_code, SLIPRING_CLOSE_POLICY);
}

TEST_F(Drop, AnswersAreNotDroppedForEvents) {
  begin_with_queue_of(2);
  Client &client = slow("sub 1 a drop=2");
  for (int i = 1; i <= 4; ++i) publish("a " + std::to_string(i));
  say(client, "state?");
  for (int i = 5; i <= 8; ++i) publish("a " + std::to_string(i));
  EXPECT_THAT(read_all(client), testing::Contains("state "));
}

TEST_F(Drop, ANeverReadingClientCostsABoundedQueue) {
  begin_with_queue_of(10);
  Client &client = slow("sub 1 a drop=2");
  for (int i = 0; i < 2000; ++i) publish("a x");
  EXPECT_LE(session(client).queue.size(), 10u);
  EXPECT_LE(session(client).queue.places(), 200u);
}

TEST_F(Drop, AGapOfASubscriptionThatEndsIsAnnouncedByAnother) {
  begin_with_queue_of(1);
  Client &client = reader("sub 1 a drop=1");
  say(client, "sub 2 +");
  settle();
  heard(client);
  client.connection.room = 0;
  publisher_ = &join();
  publish("a 1");
  publish("a 2");
  say(client, "unsub 1");
  EXPECT_THAT(read_all(client), testing::Contains(StartsWith("gap 2 " + at(2))));
}

}  // namespace
}  // namespace slipring::session
