#include "host/operator_publisher.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <vector>

#include "bus/testing.hpp"

namespace slipring::host {
namespace {

using bus::testing::Shards;
using Answers = std::vector<Result<OperatorPublisher::Receipt>>;

// One shard on this thread, whose lane to itself holds one request.
class OperatorPublisherTest : public testing::Test {
 protected:
  OperatorPublisherTest() { shards_.settle(); }

  void publish(OperatorPublisher &publisher, std::string_view topic = "a") {
    publisher.publish(
        event::testing::make({.topic = topic}),
        [this](const Result<OperatorPublisher::Receipt> &answer) { answers_.push_back(answer); });
  }
  void run_until_answers(size_t count) {
    loop_.restart();
    while (answers_.size() < count) ASSERT_EQ(loop_.run_one_for(std::chrono::seconds(10)), 1U);
  }

  boost::asio::io_context loop_;
  Shards shards_{1, {.requests = 1}, {"ephemeral/#"}};
  Answers answers_;
};

TEST_F(OperatorPublisherTest, AnswersWhereTheEventStands) {
  OperatorPublisher publisher(loop_, shards_.bus(0));
  publish(publisher);
  EXPECT_TRUE(answers_.empty());
  shards_.settle();
  ASSERT_EQ(answers_.size(), 1U);
  ASSERT_TRUE(answers_[0]);
  EXPECT_EQ(answers_[0]->position.stream, 1U);
  EXPECT_EQ(answers_[0]->position.sequence, 1U);
}

TEST_F(OperatorPublisherTest, AnEphemeralTopicHasNoPosition) {
  OperatorPublisher publisher(loop_, shards_.bus(0));
  publish(publisher, "ephemeral/a");
  shards_.settle();
  ASSERT_EQ(answers_.size(), 1U);
  EXPECT_EQ(answers_[0]->position, event::Position());
}

TEST_F(OperatorPublisherTest, WhatHasNoRoomIsPublishedInItsOrderWhenThereIs) {
  OperatorPublisher publisher(loop_, shards_.bus(0));
  for (int i = 0; i < 5; ++i) publish(publisher);
  shards_.settle();
  ASSERT_EQ(answers_.size(), 5U);
  for (size_t i = 0; i < 5; ++i) {
    ASSERT_TRUE(answers_[i]);
    EXPECT_EQ(answers_[i]->position.sequence, i + 1);
  }
}

TEST_F(OperatorPublisherTest, WhatFindsNoRoomInTimeIsUnavailable) {
  OperatorPublisher publisher(loop_, shards_.bus(0), std::chrono::milliseconds(1));
  for (int i = 0; i < 3; ++i) publish(publisher);
  run_until_answers(2);
  EXPECT_EQ(answers_[0].status().code(), SLIPRING_UNAVAILABLE);
  EXPECT_EQ(answers_[1].status().code(), SLIPRING_UNAVAILABLE);
  shards_.settle();
  ASSERT_EQ(answers_.size(), 3U);
  EXPECT_EQ(answers_[2]->position.sequence, 1U);
}

TEST_F(OperatorPublisherTest, ClosedItAnswersEverybody) {
  OperatorPublisher publisher(loop_, shards_.bus(0));
  for (int i = 0; i < 3; ++i) publish(publisher);
  publisher.close();
  publish(publisher);
  ASSERT_EQ(answers_.size(), 4U);
  for (const auto &answer : answers_) EXPECT_EQ(answer.status().code(), SLIPRING_UNAVAILABLE);
  shards_.settle();
  EXPECT_EQ(answers_.size(), 4U);
}

}  // namespace
}  // namespace slipring::host
