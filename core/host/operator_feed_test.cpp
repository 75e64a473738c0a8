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
  void make(OperatorFeed::Limits limits) {
    feed_ = std::make_shared<OperatorFeed>(control_, limits);
  }

  static event::EventRef event(uint64_t sequence, uint32_t stream = 1, size_t size = 10) {
    event::EventRef event = event::testing::make({.payload = std::string(size, 'x')});
    event->sequence(stream == 0 ? schema::RecordHeader()
                                : schema::RecordHeader(stream, 0, 7, sequence, 1));
    return event;
  }
  void put(uint64_t sequence, uint32_t stream = 1) { feed_->put(event(sequence, stream)); }

  // What take() gives, until it waits or has ended: "5" an event, "6-8:3" a gap in stream 1,
  // "~3" one among ephemeral topics.
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
      return std::to_string((*event)->record().sequence());
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

TEST_F(OperatorFeedTest, WhatHasNoRoomIsAGapWhereItIsMissing) {
  make({.events = 2});
  for (uint64_t i = 1; i <= 5; ++i) put(i);
  EXPECT_EQ(taken(), "1 2 3-5:3 ");
  put(6);
  EXPECT_EQ(taken(), "6 ");
}

TEST_F(OperatorFeedTest, HoldsNoMoreBytesThanTheLimitButAlwaysOneEvent) {
  make({.bytes = 1});
  put(1);
  put(2);
  EXPECT_EQ(taken(), "1 2-2:1 ");
}

TEST_F(OperatorFeedTest, GapsOfTwoStreamsThatTakeTurnsAreOneEach) {
  make({.events = 1});
  put(1);
  for (uint64_t i = 2; i <= 9; ++i) {
    put(i);
    put(0, 0);
  }
  EXPECT_EQ(taken(), "1 2-9:8 ~8 ");
}

TEST_F(OperatorFeedTest, WhatTheShardMissedIsPartOfTheGap) {
  make({.events = 1});
  put(1);
  put(2);
  feed_->miss({1, 7, 3, 9, 5});
  put(10);
  EXPECT_EQ(taken(), "1 2-10:7 ");
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
