// The home of streams: publishes that are taken whole or not at all, and what a shard is told.
#include <gtest/gtest.h>

#include "bus/testing.hpp"

namespace slipring::bus::testing {
namespace {

using Expect = event::Event::Expect;
using Positions = std::vector<event::Position>;

Histories two_streams() {
  return {std::make_shared<stream::History>(in_memory("orders", {"orders/#"}), 2, epoch),
          std::make_shared<stream::History>(in_memory("default", {"#"}), 1, epoch)};
}

event::EventRef make(std::string_view topic, event::Event::Expectation expectation = {},
                     std::string_view id = {}) {
  event::EventRef event = event::testing::make({.topic = topic, .deduplication_id = id});
  event->expect(expectation);
  return event;
}

class Writer : public ::testing::Test {
 protected:
  Recorder::Done publish(std::vector<event::EventRef> events) {
    EXPECT_EQ(user().port.publish(events, ++token_), Port::Answer::taken);
    shards_.settle();
    EXPECT_EQ(user().dones.back().token, token_);
    return user().dones.back();
  }
  User &user() { return shards_.user(0); }

  Shards shards_{2, {}, {}, two_streams()};
  uint64_t token_ = 0;
};

TEST_F(Writer, EachStreamHasSequencesOfItsOwn) {
  const auto done = publish({make("a"), make("orders/1"), make("b"), make("orders/2")});
  EXPECT_EQ(done.positions,
            (Positions{{1, epoch, 1}, {2, epoch, 1}, {1, epoch, 2}, {2, epoch, 2}}));
}

TEST_F(Writer, WhenOneEventOfAPublishIsRefusedNoneIsTaken) {
  shards_.user(1).subscribe(1, {"#"});
  shards_.settle();
  const auto done =
      publish({make("a"), make("orders/1"), make("b", {Expect::of_stream, 0}), make("c")});
  EXPECT_EQ(done.status, SLIPRING_FAILED_PRECONDITION);
  EXPECT_EQ(done.why, "expect: the last sequence of stream default is 1, expected was 0");
  EXPECT_TRUE(shards_.user(1).deliveries.empty());
  EXPECT_EQ(publish({make("a"), make("orders/1")}).positions,
            (Positions{{1, epoch, 1}, {2, epoch, 1}}));
}

TEST_F(Writer, ARefusalCostsOthersInTheSameGroupNothing) {
  std::vector<event::EventRef> good{make("a")};
  std::vector<event::EventRef> bad{make("a"), make("b", {Expect::of_topic, 9})};
  std::vector<event::EventRef> last{make("b", {Expect::of_topic, 0})};
  user().port.publish(good, 1);
  user().port.publish(bad, 2);
  user().port.publish(last, 3);
  shards_.settle();
  ASSERT_EQ(user().dones.size(), 3u);
  EXPECT_EQ(user().dones[1].status, SLIPRING_FAILED_PRECONDITION);
  EXPECT_EQ(user().dones[2].positions, (Positions{{1, epoch, 2}}));
}

TEST_F(Writer, TheEventsOfAPublishMayBuildOnEachOther) {
  EXPECT_EQ(publish({make("a", {Expect::of_topic, 0}), make("a", {Expect::of_topic, 1})}).status,
            SLIPRING_OK);
}

TEST_F(Writer, ADuplicateIsAnsweredWithItsFirstPositionAndNotDeliveredAgain) {
  shards_.user(1).subscribe(1, {"#"});
  publish({make("a", {}, "x")});
  publish({make("b")});
  const auto done = publish({make("a", {}, "x")});
  EXPECT_EQ(done.status, SLIPRING_OK);
  EXPECT_TRUE(done.duplicate);
  EXPECT_EQ(done.positions, (Positions{{1, epoch, 1}}));
  EXPECT_EQ(shards_.user(1).deliveries.size(), 2u);
  EXPECT_EQ(shards_.total("publishes_deduplicated_total"), 1u);
}

TEST_F(Writer, AnIdOfAPublishThatWasRefusedIsNew) {
  publish({make("a", {}, "x"), make("b", {Expect::of_stream, 9})});
  EXPECT_FALSE(publish({make("a", {}, "x")}).duplicate);
}

TEST_F(Writer, AWantIsAnsweredWithTheLastSequenceOfEachStream) {
  publish({make("a"), make("orders/1"), make("a")});
  shards_.user(1).subscribe(1, {"#"});
  shards_.settle();
  EXPECT_EQ(shards_.user(1).begins.at(0).origin.positions,
            (Positions{{1, epoch, 2}, {2, epoch, 1}}));
}

TEST_F(Writer, AWantStandsBetweenWhatWasPublishedBeforeAndAfterItAlsoInOneGroup) {
  std::vector<event::EventRef> before{make("a"), make("orders/1")};
  std::vector<event::EventRef> after{make("a"), make("orders/1")};
  user().port.publish(before, 0);
  user().subscribe(1, {"#"});
  user().port.publish(after, 0);
  shards_.writer.drain();
  shards_.settle();
  EXPECT_EQ(user().begins.at(0).origin.positions, (Positions{{1, epoch, 1}, {2, epoch, 1}}));
  EXPECT_EQ(user().sequences(), (std::vector<uint64_t>{2, 2}));
}

TEST_F(Writer, AnUnwantStandsBetweenThemToo) {
  user().subscribe(1, {"a"});
  user().subscribe(2, {"orders/+"});
  shards_.settle();
  std::vector<event::EventRef> before{make("a")};
  user().port.publish(before, 0);
  user().unsubscribe(1);
  user().subscribe(3, {"a"});
  std::vector<event::EventRef> after{make("a"), make("orders/1")};
  user().port.publish(after, 0);
  shards_.settle();
  EXPECT_EQ(user().payloads().size(), 2u);
  EXPECT_EQ(user().begins.back().origin.positions, (Positions{{1, epoch, 1}}));
}

TEST_F(Writer, NobodySeesAnEventBeforeItsHistoryHasIt) {
  user().subscribe(1, {"a"});
  user().on_deliver = [&](const event::EventRef &event) {
    EXPECT_GE(shards_.stream().last(), event->record().sequence());
  };
  publish({make("a"), make("a")});
  EXPECT_EQ(user().deliveries.size(), 2u);
}

TEST_F(Writer, ATickLetsWhatIsOldExpire) {
  stream::Settings settings = in_memory("default", {"#"});
  settings.retention.events = 2;
  Shards shards(1, {}, {}, {std::make_shared<stream::History>(settings, 1, epoch)});
  for (int i = 0; i < 5; ++i) shards.user(0).publish("a", "");
  shards.settle();
  EXPECT_EQ(shards.stream().first(), 1u);
  shards.writer.tick();
  EXPECT_EQ(shards.stream().first(), 4u);
}

}  // namespace
}  // namespace slipring::bus::testing
