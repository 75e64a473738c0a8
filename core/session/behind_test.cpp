// A session that reads a stream too slowly: it falls behind, and reads on from the history at its
// own pace.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "session/events_test_host.hpp"
#include "session/move.hpp"
#include "stream/testing.hpp"

namespace slipring::session {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Behind : public EventsTestHost {
 protected:
  static Limits queue_of(size_t messages) {
    Limits limits;
    limits.queue_messages = messages;
    return limits;
  }
  void begin_in_the_log(Limits limits) {
    stream::Settings settings = stream::testing::settings_of("default", stream::Durability::log);
    settings.ring_bytes = 1000;
    stream::Log::Options options;
    options.directory = directory_.path() / "log";
    open_log_ = std::move(stream::Log::open(options, {&settings, 1}).value());
    log_ = open_log_.get();
    const stream::StreamState state = *log_->find("default");
    epoch_ = state.epochs.back().id;
    histories_ = {std::make_shared<stream::History>(settings, state, *log_)};
    begin(1, limits);
  }
  void TearDown() override {
    EventsTestHost::TearDown();
    histories_.clear();
  }

  // Subscribed, and it does not read.
  Client &slow(std::string_view how, uint32_t shard = 0) {
    Client &client = reader(how, shard);
    client.connection.room = 0;
    publisher_ = &join(shard);
    return client;
  }
  void publish(uint64_t from, uint64_t to, const std::string &topic = "a") {
    for (uint64_t i = from; i <= to; ++i) {
      say(*publisher_, "!pub " + topic + ' ' + std::to_string(i));
      settle();
    }
  }
  std::vector<std::string> read(Client &client, size_t room = SIZE_MAX) {
    client.connection.room = room;
    on(client.shard);
    sessions_[client.shard]->writable(client.id);
    settle();
    return heard(client);
  }
  std::vector<std::string> events(uint64_t from, uint64_t to) const {
    std::vector<std::string> events;
    for (uint64_t i = from; i <= to; ++i) {
      events.push_back("event a " + std::to_string(i) + ' ' + position(i));
    }
    return events;
  }
  std::string position(uint64_t sequence) const {
    std::array<char, event::max_position_text_size> text;
    return {text.data(), event::print_position("default", epoch_, sequence, text)};
  }
  void move(Client &client) {
    on(client.shard);
    Move::start(*loops_[client.shard], *sessions_[client.shard],
                generations_[1]->instance(client.shard), std::chrono::seconds(1),
                [](MoveReport report) { EXPECT_EQ(report.stayed, 0u); });
  }

  // More than a ring has at least.
  static constexpr uint64_t many = stream::EventRing::least_events + 100;

  uint64_t epoch_ = 0xe;
  stream::testing::TemporaryDirectory directory_;
  std::unique_ptr<stream::Log> open_log_;
  Client *publisher_ = nullptr;
};

TEST_F(Behind, WhatHasNoRoomIsReadLaterAndNothingIsMissing) {
  begin(1, queue_of(8));
  Client &client = slow("sub 1 a");
  publish(1, 100);
  EXPECT_LE(session(client).queue.size(), 8u);
  EXPECT_EQ(read(client), events(1, 100));
  publish(101, 103);
  EXPECT_EQ(heard(client), events(101, 103)) << "it is level again";
  EXPECT_EQ(counter("events_dropped_total"), 0u);
}

TEST_F(Behind, EveryPolicyIsForEphemeralTopicsAlone) {
  for (const char *const policy : {"1", "2", "3", "4", "5"}) {
    begin(1, queue_of(2));
    Client &client = slow("sub 1 a drop=" + std::string(policy));
    publish(1, 20);
    EXPECT_EQ(read(client), events(1, 20)) << "drop=" << policy;
    stop();
    histories_.clear();
  }
}

TEST_F(Behind, ItReadsAsMuchAsItTakesAndNoMore) {
  begin(1, queue_of(8));
  Client &client = slow("sub 1 a");
  publish(1, 50);
  std::vector<std::string> all;
  while (all.size() < 50) {
    const auto some = read(client, 1);
    ASSERT_EQ(some.size(), 1u);
    EXPECT_LE(session(client).queue.size(), 8u);
    all.push_back(some[0]);
  }
  EXPECT_EQ(all, events(1, 50));
}

TEST_F(Behind, OthersGetWhatComesAsItComes) {
  begin(2, queue_of(8));
  Client &beside = reader("sub 1 a", 0);
  Client &elsewhere = reader("sub 1 a", 1);
  Client &client = slow("sub 1 a", 0);
  publish(1, 30);
  EXPECT_EQ(heard(beside), events(1, 30));
  EXPECT_EQ(heard(elsewhere), events(1, 30));
  EXPECT_EQ(read(client), events(1, 30));
}

TEST_F(Behind, WhatIsQueuedForItIsBoundedInBytes) {
  Limits limits;
  limits.queue_bytes = 10'000;
  begin(1, limits);
  Client &client = slow("sub 1 a");
  const std::string large(1'000, 'x');
  for (int i = 0; i < 100; ++i) {
    say(*publisher_, "!pub a " + large);
    settle();
    EXPECT_LE(session(client).queue.bytes(), 10'000u);
  }
  for (size_t got = 0; got < 100;) {
    got += read(client, 2).size();
    EXPECT_LE(session(client).queue.bytes(), 10'000u);
  }
}

TEST_F(Behind, BehindTheRingItReadsTheLog) {
  begin_in_the_log(queue_of(8));
  Client &client = slow("sub 1 a");
  publish(1, many);
  EXPECT_FALSE(histories_[0]->recent({1, many, {}}));
  EXPECT_EQ(read(client), events(1, many));
}

TEST_F(Behind, WhileTheLogIsReadOthersGoOn) {
  begin_in_the_log(queue_of(8));
  Client &other = reader("sub 1 a");
  Client &client = slow("sub 1 a");
  publish(1, many);
  heard(other);
  hold_reads_ = true;
  const size_t queued = read(client).size();
  EXPECT_LT(queued, many);
  ASSERT_EQ(reads_.size(), 1u);
  publish(many + 1, many + 2);
  EXPECT_EQ(heard(other), events(many + 1, many + 2));
  EXPECT_THAT(heard(client), IsEmpty());
  hold_reads_ = false;
  reads_[0]();
  settle();
  EXPECT_EQ(heard(client), events(queued + 1, many + 2));
}

TEST_F(Behind, WhatRetentionTakesMeanwhileIsAnnounced) {
  stream::Settings settings = bus::testing::in_memory("default", {"#"});
  settings.retention.events = 5;
  histories_ = {in_memory(settings)};
  begin(1, queue_of(2));
  Client &client = slow("sub 1 a");
  publish(1, 20);
  writer_->tick();
  EXPECT_THAT(read(client), ElementsAre(events(1, 1)[0], events(2, 2)[0],
                                        "gap 1 " + at(3) + ' ' + at(15) + " 13 retention",
                                        events(16, 16)[0], events(17, 17)[0], events(18, 18)[0],
                                        events(19, 19)[0], events(20, 20)[0]));
}

TEST_F(Behind, EphemeralTopicsOfTheSameSubscriptionGoOnUnderTheirPolicy) {
  begin(1, queue_of(4));
  Client &client = slow("sub 1 # drop=1");
  publish(1, 10);
  publish(1, 3, "e/1");
  const auto got = read(client);
  std::vector<std::string> of_stream;
  for (const std::string &line : got) {
    if (line.starts_with("event a ")) of_stream.push_back(line);
  }
  EXPECT_EQ(of_stream, events(1, 10));
  EXPECT_THAT(got, testing::Contains("gap 1   3 slow reader"));
}

TEST_F(Behind, AnAnswerComesInFrontOfWhatIsReadLater) {
  begin(1, queue_of(8));
  Client &client = slow("sub 1 a");
  publish(1, 4);
  say(client, "state?");
  publish(5, 50);
  const auto got = read(client);
  ASSERT_EQ(got.size(), 51u);
  EXPECT_EQ(got[4], "state ");
}

TEST_F(Behind, ItsCursorIsBehindWhatIsQueuedAndNotFurther) {
  begin(1, queue_of(8));
  Client &client = slow("sub 1 a");
  publish(1, 3);
  say(client, "cursor 1");
  publish(4, 30);
  const std::string line = read(client).at(3);
  leave(client);
  Client &again = join();
  say(again, "sub 1 a from=" + line.substr(std::string("cursor ").size()));
  settle();
  const auto got = heard(again);
  EXPECT_EQ(std::vector(got.begin() + 1, got.end()), events(4, 30));
}

TEST_F(Behind, ItsCursorGoesOnOnAnotherShard) {
  begin(2, queue_of(8));
  Client &client = slow("sub 1 a", 0);
  publish(1, 30);
  const auto before = read(client, 3);
  leave(client);
  Client &again = join(1);
  say(again, "sub 1 a from=" + at(3));
  settle();
  const auto after = heard(again);
  EXPECT_EQ(before, events(1, 3));
  EXPECT_EQ(std::vector(after.begin() + 1, after.end()), events(4, 30));
}

TEST_F(Behind, UnsubscribedItReadsNoMore) {
  begin(1, queue_of(8));
  Client &client = slow("sub 1 a");
  publish(1, 4);
  say(client, "unsub 1");
  publish(5, 30);
  EXPECT_EQ(read(client), events(1, 4));
}

TEST_F(Behind, ASessionThatEndsWhileTheLogIsReadForItLeavesNothing) {
  begin_in_the_log(queue_of(8));
  Client &client = slow("sub 1 a");
  publish(1, many);
  hold_reads_ = true;
  read(client);
  ASSERT_EQ(reads_.size(), 1u);
  leave(client);
  reads_[0]();
  settle();
  EXPECT_THAT(heard(client), IsEmpty());
}

// ── beside others ──────────────────────────────────────────────────────────────────────────────

TEST_F(Behind, WhatAnotherSubscriptionHasBroughtDoesNotComeAgain) {
  begin(1, queue_of(8));
  Client &client = slow("sub 1 a/#");
  publish(1, 8, "b");
  say(client, "sub 2 #");
  settle();
  publish(9, 40, "a/b");
  const auto got = read(client);
  EXPECT_EQ(std::count_if(got.begin(), got.end(),
                          [](const std::string &line) { return line.starts_with("event "); }),
            32);
}

TEST_F(Behind, NorWhenThatOneHasEndedMeanwhile) {
  begin(1, queue_of(8));
  Client &client = reader("sub 1 a");
  say(client, "sub 2 +");
  settle();
  heard(client);
  client.connection.room = 0;
  publisher_ = &join();
  publish(1, 30);
  // Both are behind, and the first one reads on alone.
  std::vector<std::string> got = read(client, 7);
  say(client, "unsub 1");
  for (const std::string &line : read(client)) got.push_back(line);
  EXPECT_EQ(got, events(1, 30));
}

TEST_F(Behind, WhatAnotherOneSkipsItBrings) {
  begin(1, queue_of(4));
  Client &client = reader("sub 1 a own");
  say(client, "sub 2 +");
  settle();
  heard(client);
  client.connection.room = 0;
  publisher_ = &join();
  publish(1, 2);
  for (int i = 3; i <= 10; ++i) {
    say(client, "!pub a " + std::to_string(i));
    settle();
  }
  EXPECT_EQ(read(client), events(1, 10));
}

// ── event by event ─────────────────────────────────────────────────────────────────────────────

TEST_F(Behind, WhatWaitsForTheWindowIsBoundedAndTheRestIsReadLater) {
  begin(1, queue_of(4));
  Client &client = reader("sub 1 a each");
  publisher_ = &join();
  publish(1, 50);
  EXPECT_LE(session(client).deliveries->waiting.size(), 4u);
  say(client, "window 100");
  settle();
  std::vector<std::string> expected;
  for (uint64_t i = 1; i <= 50; ++i) {
    expected.push_back(std::to_string(i) + "/1 " + events(i, i)[0]);
  }
  EXPECT_EQ(heard(client), expected);
}

TEST_F(Behind, ASmallWindowTakesThemAsTheyAreSettled) {
  begin(1, queue_of(4));
  Client &client = reader("sub 1 a each");
  publisher_ = &join();
  say(client, "window 2");
  publish(1, 20);
  for (uint64_t i = 1; i <= 20; ++i) {
    EXPECT_LE(session(client).deliveries->in_flight.size(), 2u);
    say(client, "settle " + std::to_string(i) + " 1");
    settle();
  }
  const auto got = heard(client);
  ASSERT_EQ(got.size(), 20u);
  EXPECT_EQ(got[19], "20/1 " + events(20, 20)[0]);
}

// ── upgrades ───────────────────────────────────────────────────────────────────────────────────

TEST_F(Behind, AMoveKeepsItsPlace) {
  begin(1, queue_of(8));
  Client &client = slow("sub 1 a");
  publish(1, 50);
  move(client);
  EXPECT_EQ(session(client).adapter, &generations_[1]->instance(0));
  publish(51, 60);
  EXPECT_EQ(read(client), events(1, 60));
}

TEST_F(Behind, AMoveWhileTheLogIsReadKeepsItsPlace) {
  begin_in_the_log(queue_of(8));
  Client &client = slow("sub 1 a");
  publish(1, many);
  hold_reads_ = true;
  std::vector<std::string> all = read(client);
  ASSERT_EQ(reads_.size(), 1u);
  move(client);
  hold_reads_ = false;
  reads_[0]();
  settle();
  for (const std::string &line : heard(client)) all.push_back(line);
  EXPECT_EQ(all, events(1, many));
}

TEST_F(Behind, AMoveKeepsThePlaceOfDeliveries) {
  begin(1, queue_of(4));
  Client &client = reader("sub 1 a each");
  publisher_ = &join();
  publish(1, 30);
  move(client);
  say(client, "window 100");
  settle();
  EXPECT_EQ(heard(client).size(), 30u);
}

TEST_F(Behind, AMoveWhileItsBeginningIsLookedForKeepsIt) {
  begin(1, queue_of(8));
  publisher_ = &join();
  publish(1, 10);
  hold_reads_ = true;
  Client &client = join();
  say(client, "sub 1 a from=last:2");
  settle();
  ASSERT_EQ(reads_.size(), 1u);
  move(client);
  reads_[0]();
  settle();
  const auto got = heard(client);
  ASSERT_EQ(got.size(), 3u);
  EXPECT_EQ(std::vector(got.begin() + 1, got.end()), events(9, 10));
}

}  // namespace
}  // namespace slipring::session
