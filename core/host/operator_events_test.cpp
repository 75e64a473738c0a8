// Over a real control socket: the control thread, two shards with their threads, a client.
#include "host/operator_events.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/json.hpp>
#include <filesystem>
#include <future>
#include <thread>

#include "admin/control_client.hpp"
#include "admin/control_server.hpp"
#include "bus/testing.hpp"
#include "bus/writer_thread.hpp"
#include "shard/shard_set.hpp"

namespace slipring::host {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using admin::ControlConnection;

class OperatorEventsTest : public testing::Test {
 protected:
  static OperatorEvents::Limits limits() {
    OperatorEvents::Limits limits;
    limits.feed = {.events = 100, .bytes = size_t{8} << 20};
    limits.subscribers = 2;
    return limits;
  }

  OperatorEventsTest() {
    for (uint32_t i = 0; i < shards_.size(); ++i) {
      buses_.push_back(std::make_unique<bus::ShardBus>(i, network_, counters_));
    }
    events_ = std::make_unique<OperatorEvents>(control_, shards_.at(0), *buses_[0],
                                               network_.streams(), limits());
    server_.answer_at_length("subscribe", [this](json::object request, admin::Conversation &to) {
      return events_->subscribe(std::move(request), to);
    });
    writer_.start();
    shards_.start();
    for (uint32_t i = 0; i < shards_.size(); ++i) {
      shards_.at(i).post([this, i] {
        shards_.at(i).add_round_end([this, i] {
          if (buses_[i]->drain()) shards_.at(i).post([] {});
        });
      });
    }
    char name[] = "/tmp/slipring-operators-XXXXXX";
    directory_ = mkdtemp(name);
    EXPECT_TRUE(server_.open(socket()).is_ok());
    thread_ = std::thread([this] { control_.run(); });
  }
  ~OperatorEventsTest() override {
    stop();
    asio::post(control_, [this] { control_.stop(); });
    thread_.join();
    shards_.stop_and_join();
    writer_.stop();
    std::filesystem::remove_all(directory_);
  }

  std::filesystem::path socket() const { return directory_ / "control.sock"; }
  ControlConnection connect() const {
    auto connection = ControlConnection::open(socket());
    EXPECT_TRUE(connection);
    return std::move(*connection);
  }
  // Connected and subscribed.
  ControlConnection subscribe(std::string_view filter) {
    ControlConnection connection = connect();
    EXPECT_TRUE(connection.send({{"op", "subscribe"}, {"filters", {filter}}}).is_ok());
    const auto answer = connection.receive();
    EXPECT_TRUE(answer) << answer.status().message();
    EXPECT_TRUE(answer->contains("subscribed"));
    return connection;
  }
  static json::object publication(std::string_view topic, std::string_view data) {
    return {{"op", "publish"},
            {"event", {{"subject", topic}, {"datacontenttype", "text/plain"}, {"data", data}}}};
  }
  std::string position_of(std::string_view topic, std::string_view data = "x") {
    const auto answer = admin::ask(socket(), publication(topic, data));
    EXPECT_TRUE(answer) << answer.status().message();
    const json::object &published = answer->at("published").as_object();
    return published.contains("position") ? std::string(published.at("position").as_string()) : "";
  }
  static std::string data_of(const json::object &line) {
    return std::string(line.at("event").as_object().at("data").as_string());
  }
  Status refusal(const json::object &request) {
    const auto answer = admin::ask(socket(), request);
    return answer ? Status::ok() : answer.status();
  }
  void stop() {
    if (std::exchange(stopped_, true)) return;
    asio::co_spawn(control_, events_->stop(), asio::use_future).get();
  }

  observe::Counters counters_;
  asio::io_context control_;
  shard::ShardSet shards_{2};
  bus::Network network_{2,
                        bus::Streams(2, {"ephemeral/#"}, bus::testing::default_stream()),
                        {},
                        {.wake = [this](uint32_t home) {
                          home == network_.writer() ? writer_.wake() : shards_.at(home).post([] {});
                        }}};
  bus::StreamSequencer sequencer_{network_, nullptr, counters_};
  bus::WriterThread writer_{sequencer_};
  std::vector<std::unique_ptr<bus::ShardBus>> buses_;
  std::unique_ptr<OperatorEvents> events_;
  admin::ControlServer server_{
      control_, [this](json::object request) { return events_->publish(std::move(request)); }};
  std::filesystem::path directory_;
  std::thread thread_;
  bool stopped_ = false;
};

TEST_F(OperatorEventsTest, APublishedEventReachesItsSubscribersWithItsPosition) {
  ControlConnection one = subscribe("a/+");
  ControlConnection other = subscribe("#");
  EXPECT_EQ(position_of("a/b", "hello"), "default@5f3a9c1e00000001:1");
  for (ControlConnection *connection : {&one, &other}) {
    const auto line = connection->receive();
    ASSERT_TRUE(line);
    const json::object &event = line->at("event").as_object();
    EXPECT_EQ(event.at("specversion").as_string(), "1.0");
    EXPECT_EQ(event.at("subject").as_string(), "a/b");
    EXPECT_EQ(event.at("data").as_string(), "hello");
    EXPECT_EQ(event.at("sliprposition").as_string(), "default@5f3a9c1e00000001:1");
  }
}

TEST_F(OperatorEventsTest, AnEphemeralTopicAnswersNoPosition) {
  ControlConnection subscriber = subscribe("ephemeral/a");
  EXPECT_EQ(position_of("ephemeral/a", "hello"), "");
  const auto line = subscriber.receive();
  ASSERT_TRUE(line);
  EXPECT_EQ(data_of(*line), "hello");
}

TEST_F(OperatorEventsTest, PipelinedRequestsAreAnsweredInTheirOrder) {
  ControlConnection connection = connect();
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(connection.send(publication("a", "x")).is_ok());
  for (int i = 1; i <= 100; ++i) {
    const auto answer = connection.receive();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->at("published").as_object().at("position").as_string(),
              "default@5f3a9c1e00000001:" + std::to_string(i));
  }
}

TEST_F(OperatorEventsTest, WhatIsNotUnderstoodIsRefusedInWords) {
  const Status wildcard = refusal(publication("a/+", "x"));
  EXPECT_EQ(wildcard.code(), SLIPRING_INVALID_ARGUMENT);
  EXPECT_NE(wildcard.message().find('+'), std::string::npos) << wildcard.message();
  EXPECT_EQ(refusal({{"op", "publish"}}).code(), SLIPRING_INVALID_ARGUMENT);
  EXPECT_EQ(
      refusal({{"op", "publish"}, {"event", {{"subject", "ephemeral/a"}, {"sliprretain", true}}}})
          .code(),
      SLIPRING_FAILED_PRECONDITION);
  EXPECT_EQ(refusal({{"op", "subscribe"}}).code(), SLIPRING_INVALID_ARGUMENT);
  EXPECT_EQ(refusal({{"op", "subscribe"}, {"filters", json::array()}}).code(),
            SLIPRING_INVALID_ARGUMENT);
  EXPECT_EQ(refusal({{"op", "subscribe"}, {"filters", {"a/#/b"}}}).code(),
            SLIPRING_INVALID_ARGUMENT);
}

TEST_F(OperatorEventsTest, AConnectionWhoseSubscribeWasRefusedGoesOn) {
  ControlConnection connection = connect();
  ASSERT_TRUE(connection.send({{"op", "subscribe"}, {"filters", {""}}}).is_ok());
  EXPECT_FALSE(connection.receive());
  ASSERT_TRUE(connection.send(publication("a", "x")).is_ok());
  EXPECT_TRUE(connection.receive());
}

TEST_F(OperatorEventsTest, SubscribersAreBoundedAndAPlaceIsFreeAgainWhenOneLeaves) {
  ControlConnection stays = subscribe("a");
  {
    ControlConnection leaves = subscribe("a");
    EXPECT_EQ(refusal({{"op", "subscribe"}, {"filters", {"a"}}}).code(),
              SLIPRING_RESOURCE_EXHAUSTED);
  }
  Status status = Status::unavailable("not asked yet");
  for (int tries = 0; !status.is_ok() && tries < 10'000; ++tries) {
    ControlConnection comes = connect();
    ASSERT_TRUE(comes.send({{"op", "subscribe"}, {"filters", {"a"}}}).is_ok());
    const auto answer = comes.receive();
    status = answer ? Status::ok() : answer.status();
  }
  EXPECT_TRUE(status.is_ok()) << status.message();
}

TEST_F(OperatorEventsTest, ASlowReaderOfAnEphemeralTopicFindsAGapThatAccountsForAllThatIsMissing) {
  ControlConnection slow = subscribe("ephemeral/a");
  const std::string large(100'000, 'x');
  constexpr uint64_t published = 500;
  ControlConnection publisher = connect();
  for (uint64_t i = 0; i < published; ++i) {
    ASSERT_TRUE(publisher.send(publication("ephemeral/a", large)).is_ok());
    ASSERT_TRUE(publisher.receive());
  }
  uint64_t seen = 0;
  uint64_t missing = 0;
  while (seen + missing < published) {
    const auto line = slow.receive();
    ASSERT_TRUE(line) << line.status().message();
    if (const json::value *gap = line->if_contains("gap")) {
      missing += json::value_to<uint64_t>(gap->as_object().at("count"));
    } else {
      ++seen;
    }
  }
  EXPECT_EQ(seen + missing, published);
  EXPECT_GT(missing, 0U);
}

TEST_F(OperatorEventsTest, ASlowReaderOfAStreamReadsAllOfItLater) {
  ControlConnection slow = subscribe("a");
  const std::string large(100'000, 'x');
  constexpr uint64_t published = 140;  // the ring of the stream has them all
  ControlConnection publisher = connect();
  for (uint64_t i = 0; i < published; ++i) {
    ASSERT_TRUE(publisher.send(publication("a", large)).is_ok());
    ASSERT_TRUE(publisher.receive());
  }
  for (uint64_t i = 1; i <= published; ++i) {
    const auto line = slow.receive();
    ASSERT_TRUE(line) << line.status().message();
    ASSERT_TRUE(line->contains("event")) << json::serialize(*line);
    EXPECT_EQ(line->at("event").as_object().at("sliprposition").as_string(),
              "default@5f3a9c1e00000001:" + std::to_string(i));
  }
}

TEST_F(OperatorEventsTest, SubscribersAreToldWhenTheHostStops) {
  ControlConnection subscriber = subscribe("a");
  stop();
  const auto line = subscriber.receive();
  ASSERT_FALSE(line);
  EXPECT_EQ(line.status().code(), SLIPRING_UNAVAILABLE);
  EXPECT_EQ(line.status().message(), "the host is stopping");
  EXPECT_EQ(refusal(publication("a", "x")).code(), SLIPRING_UNAVAILABLE);
  EXPECT_EQ(refusal({{"op", "subscribe"}, {"filters", {"a"}}}).code(), SLIPRING_UNAVAILABLE);
}

TEST_F(OperatorEventsTest, OneThatDoesNotReadDoesNotHoldUpTheStop) {
  ControlConnection slow = subscribe("a");
  const std::string large(500'000, 'x');
  for (int i = 0; i < 10; ++i) position_of("a", large);
  stop();
}

}  // namespace
}  // namespace slipring::host
