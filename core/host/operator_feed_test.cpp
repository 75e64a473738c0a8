#include "host/operator_feed.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <string>

#include "event/testing.hpp"

namespace slipring::host {
namespace {

namespace asio = boost::asio;

class OperatorFeedTest : public testing::Test {
 protected:
  void make(OperatorFeed::Limits limits, std::function<void()> room = {}) {
    feed_ = std::make_shared<OperatorFeed>(control_, limits, std::move(room));
  }

  static event::EventRef event(uint64_t sequence, uint32_t stream = 1) {
    event::EventRef event = event::testing::make({.payload = "0123456789"});
    event->sequence(stream == 0 ? schema::RecordHeader()
                                : schema::RecordHeader(stream, 0, 7, sequence, 1));
    return event;
  }
  bool put(uint64_t sequence) { return feed_->put(event(sequence)); }
  bool put_ephemeral() { return feed_->put(event(0, 0)); }

  // What take() gives, until it waits or has ended: "5" an event, "6-8:3" a gap in stream 1, "~" an
  // event of an ephemeral topic, "~3" a gap among those.
  std::string taken() {
    text_.clear();
    asio::co_spawn(control_, read(feed_), asio::detached);
    control_.restart();
    control_.poll();
    return text_;
  }
  asio::awaitable<void> read(std::shared_ptr<OperatorFeed> feed) {
    if (std::exchange(reading_, true)) co_return;
    for (;;) {
      const auto items = co_await feed->take();
      if (items.empty()) break;
      for (const auto &item : items) text_ += name(item) + ' ';
    }
    text_ += "end";
  }
  static std::string name(const OperatorFeed::Item &item) {
    if (std::holds_alternative<bus::Origin>(item)) return "begin";
    if (const auto *event = std::get_if<event::EventRef>(&item)) {
      const schema::RecordHeader &record = (*event)->record();
      return record.stream() == 0 ? "~" : std::to_string(record.sequence());
    }
    const auto &gap = std::get<bus::Missed>(item);
    const std::string count = std::to_string(gap.count);
    return gap.stream == 0 ? '~' + count
                           : std::to_string(gap.from) + '-' + std::to_string(gap.to) + ':' + count;
  }

  asio::io_context control_;
  std::shared_ptr<OperatorFeed> feed_;
  std::string text_;
  bool reading_ = false;
};

TEST_F(OperatorFeedTest, GivesWhatCameInOrderAndWaitsForMore) {
  make({});
  feed_->begin({});
  put(1);
  EXPECT_EQ(taken(), "begin 1 ");
  put(2);
  put(3);
  EXPECT_EQ(taken(), "2 3 ");
}

TEST_F(OperatorFeedTest, WhatHasNoRoomOnAnEphemeralTopicIsAGapWhereItIsMissing) {
  make({.events = 2});
  put(1);
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(put_ephemeral());
  EXPECT_EQ(taken(), "1 ~ ~3 ");
  put_ephemeral();
  EXPECT_EQ(taken(), "~ ");
}

TEST_F(OperatorFeedTest, WhatHasNoRoomOfAStreamIsLeftToBeReadLater) {
  bool room = false;
  make({.events = 2}, [&] { room = true; });
  EXPECT_TRUE(put(1));
  EXPECT_TRUE(put(2));
  EXPECT_FALSE(put(3));
  EXPECT_EQ(feed_->capacity(), 0U);
  EXPECT_FALSE(room);
  EXPECT_EQ(taken(), "1 2 ");
  EXPECT_TRUE(room);
  EXPECT_GT(feed_->capacity(), 0U);
  EXPECT_TRUE(put(3));
}

TEST_F(OperatorFeedTest, HoldsNoMoreBytesThanTheLimitButAlwaysOneEvent) {
  make({.bytes = 1});
  EXPECT_TRUE(put(1));
  EXPECT_FALSE(put(2));
  EXPECT_EQ(taken(), "1 ");
}

TEST_F(OperatorFeedTest, GapsOfTwoStreamsThatTakeTurnsAreOneEach) {
  make({.events = 1});
  put(1);
  for (uint64_t i = 2; i <= 9; ++i) {
    feed_->miss({1, 7, i, i, 1});
    put_ephemeral();
  }
  EXPECT_EQ(taken(), "1 2-9:8 ~8 ");
}

TEST_F(OperatorFeedTest, WhatTheShardMissedIsPartOfTheGap) {
  make({.events = 1});
  put(1);
  put_ephemeral();
  feed_->miss({.count = 5});
  put_ephemeral();
  EXPECT_EQ(taken(), "1 ~7 ");
}

TEST_F(OperatorFeedTest, AGapAloneWakesTheReader) {
  make({});
  EXPECT_EQ(taken(), "");
  feed_->miss({1, 7, 3, 9, 5});
  EXPECT_EQ(taken(), "3-9:5 ");
}

TEST_F(OperatorFeedTest, WhatCameBeforeTheEndIsStillGiven) {
  make({});
  put(1);
  feed_->end();
  EXPECT_EQ(taken(), "1 end");
}

TEST_F(OperatorFeedTest, MoreThanIsTakenAtOnceComesWhole) {
  make({});
  std::string expected;
  for (uint64_t i = 1; i <= 1000; ++i) {
    put(i);
    expected += std::to_string(i) + ' ';
  }
  EXPECT_EQ(taken(), expected);
}

}  // namespace
}  // namespace slipring::host
