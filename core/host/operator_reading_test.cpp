// Over a real control socket: the control thread, and streams in memory.
#include "host/operator_reading.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/json.hpp>
#include <filesystem>
#include <future>
#include <thread>

#include "admin/control_client.hpp"
#include "admin/control_server.hpp"
#include "bus/testing.hpp"

namespace slipring::host {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using admin::ControlConnection;
using bus::testing::in_memory;

bus::Histories histories() {
  return {std::make_shared<stream::History>(in_memory("scores", {"game/#"}), 2, 0x10),
          std::make_shared<stream::History>(in_memory("default", {"#"}), 1, 0x10)};
}

std::string at(std::string_view stream, uint64_t sequence) {
  return std::string(stream) + "@0000000000000010:" + std::to_string(sequence);
}

// What came, in words: "default@..:1 gap 2-3 ..".
struct Answer {
  std::vector<std::string> events;  // their topics
  json::array gaps;
  json::object reading;
  json::object done;
  Status status;
};

class OperatorReadingTest : public testing::Test {
 protected:
  OperatorReadingTest() {
    OperatorReading::Limits limits;
    limits.readers = 1;
    limits.batch.events = 10;
    reading_ = std::make_unique<OperatorReading>(
        shards_.network.streams(), [](const std::function<void()> &work) { work(); }, limits);
    server_.answer_at_length("read", [this](json::object request, admin::Conversation &to) {
      return reading_->read(std::move(request), to);
    });
    char name[] = "/tmp/slipring-reading-XXXXXX";
    directory_ = mkdtemp(name);
    EXPECT_TRUE(server_.open(socket()).is_ok());
    thread_ = std::thread([this] { control_.run(); });
  }
  ~OperatorReadingTest() override {
    asio::post(control_, [this] { control_.stop(); });
    thread_.join();
    std::filesystem::remove_all(directory_);
  }

  std::filesystem::path socket() const { return directory_ / "control.sock"; }
  // Each a microsecond after the one before.
  void publish(std::string_view topic, int count = 1, std::string_view payload = "x") {
    for (int i = 0; i < count; ++i) {
      shards_.now_ns += 1000;
      shards_.user(0).publish(topic, payload);
      shards_.settle();
    }
  }
  ControlConnection begin(json::object request) {
    request["op"] = "read";
    if (!request.contains("filters")) request["filters"] = json::array{"#"};
    auto connection = ControlConnection::open(socket());
    EXPECT_TRUE(connection);
    EXPECT_TRUE(connection->send(request).is_ok());
    return std::move(*connection);
  }
  static Answer end(ControlConnection connection) {
    Answer answer;
    while (answer.status.is_ok() && answer.done.empty()) {
      const auto line = connection.receive();
      if (!line) {
        answer.status = line.status();
      } else if (const json::value *event = line->if_contains("event")) {
        answer.events.emplace_back(event->as_object().at("subject").as_string());
      } else if (const json::value *gap = line->if_contains("gap")) {
        answer.gaps.push_back(*gap);
      } else if (const json::value *reading = line->if_contains("reading")) {
        answer.reading = reading->as_object();
      } else if (const json::value *done = line->if_contains("done")) {
        answer.done = done->as_object();
      }
    }
    return answer;
  }
  Answer read(json::object request) { return end(begin(std::move(request))); }

  bus::testing::Shards shards_{1, {}, {"live/#"}, histories()};
  asio::io_context control_;
  std::unique_ptr<OperatorReading> reading_;
  admin::ControlServer server_{
      control_, [](json::object) -> asio::awaitable<json::object> { co_return json::object(); }};
  std::filesystem::path directory_;
  std::thread thread_;
};

using Topics = std::vector<std::string>;

TEST_F(OperatorReadingTest, EndsWithWhatThereWasWhenItBegan) {
  publish("a", 25);
  const Answer answer = read({{"start", "earliest"}, {"streams", {"default"}}});
  EXPECT_EQ(answer.events, Topics(25, "a"));
  EXPECT_EQ(answer.reading.at("from"), json::array{at("default", 0)});
  EXPECT_EQ(answer.reading.at("to"), json::array{at("default", 25)});
  EXPECT_EQ(answer.done.at("events"), 25);
  EXPECT_EQ(answer.done.at("gaps"), 0);
  EXPECT_EQ(answer.done.at("positions"), json::array{at("default", 25)});
}

TEST_F(OperatorReadingTest, OfAnEmptyStreamThereIsNothing) {
  const Answer answer = read({{"start", "earliest"}});
  EXPECT_TRUE(answer.events.empty());
  EXPECT_EQ(answer.done.at("events"), 0);
}

TEST_F(OperatorReadingTest, GivesWhatMatchesAlone) {
  for (int i = 0; i < 30; ++i) publish(i % 10 == 0 ? "b" : "a");
  const Answer answer = read({{"start", "earliest"}, {"filters", {"b"}}});
  EXPECT_EQ(answer.events, Topics(3, "b"));
}

TEST_F(OperatorReadingTest, BeginsWhereItIsTold) {
  for (const std::string_view topic : {"a", "b", "c", "d"}) publish(topic);
  EXPECT_EQ(read({{"start", {{"last", 2}}}}).events, (Topics{"c", "d"}));
  EXPECT_EQ(read({{"start", {{"after", {at("default", 1)}}}}}).events, (Topics{"b", "c", "d"}));
  EXPECT_EQ(read({{"start", "last per topic"}}).events, (Topics{"a", "b", "c", "d"}));
  EXPECT_EQ(read({{"start", "now"}}).events, Topics());
  // The clock of these tests begins at a microsecond.
  const json::object time{{"time", "1970-01-01T00:00:00.000004Z"}};
  EXPECT_EQ(read({{"start", time}}).events, (Topics{"c", "d"}));
}

TEST_F(OperatorReadingTest, SeveralStreamsComeInTheOrderOfTheirRecording) {
  Topics published;
  for (int i = 0; i < 50; ++i) {
    published.emplace_back(i % 3 == 0 ? "game/1" : "a");
    publish(published.back());
  }
  const Answer answer = read({{"start", "earliest"}});
  EXPECT_EQ(answer.events, published);
  EXPECT_EQ(answer.done.at("positions"), (json::array{at("scores", 17), at("default", 33)}));
}

TEST_F(OperatorReadingTest, BehindAPositionItReadsThatStreamAlone) {
  publish("game/1", 3);
  publish("a", 3);
  const Answer answer = read({{"start", {{"after", {at("scores", 2)}}}}});
  EXPECT_EQ(answer.events, Topics{"game/1"});
}

TEST_F(OperatorReadingTest, WhatIsNotKeptAnyMoreIsAGap) {
  publish("a", 5);
  shards_.stream().trim(4);
  const Answer answer = read({{"start", {{"after", {at("default", 1)}}}}});
  EXPECT_EQ(answer.events, Topics(2, "a"));
  ASSERT_EQ(answer.gaps.size(), 1U);
  const json::object &gap = answer.gaps[0].as_object();
  EXPECT_EQ(gap.at("from").as_string(), at("default", 2));
  EXPECT_EQ(gap.at("to").as_string(), at("default", 3));
  EXPECT_EQ(gap.at("reason").as_string(), "retention");
  EXPECT_EQ(answer.done.at("gaps"), 1);
}

TEST_F(OperatorReadingTest, WhatIsNotUnderstoodIsRefused) {
  EXPECT_EQ(read({{"filters", {"a/#/b"}}}).status.code(), SLIPRING_INVALID_ARGUMENT);
  EXPECT_EQ(read({{"filters", json::array()}}).status.code(), SLIPRING_INVALID_ARGUMENT);
  EXPECT_EQ(read({{"start", "yesterday"}}).status.code(), SLIPRING_INVALID_ARGUMENT);
  EXPECT_EQ(read({{"streams", {"nothing"}}}).status.code(), SLIPRING_NOT_FOUND);
  EXPECT_EQ(read({{"start", {{"after", {at("default", 1)}}}}}).status.code(),
            SLIPRING_OUT_OF_RANGE);
}

// More than a socket takes: so the first is still there when the second comes.
TEST_F(OperatorReadingTest, ReadersAreBounded) {
  publish("a", 100, std::string(100'000, 'x'));
  ControlConnection first = begin({{"start", "earliest"}});
  ASSERT_TRUE(first.receive());
  EXPECT_EQ(read({{"start", "earliest"}}).status.code(), SLIPRING_RESOURCE_EXHAUSTED);
  EXPECT_EQ(end(std::move(first)).events.size(), 100U);
  EXPECT_TRUE(read({{"start", "now"}}).status.is_ok());
}

TEST_F(OperatorReadingTest, IsToldWhenTheHostStops) {
  publish("a", 100, std::string(100'000, 'x'));
  ControlConnection first = begin({{"start", "earliest"}});
  ASSERT_TRUE(first.receive());
  std::promise<void> stopped;
  asio::post(control_, [&] {
    reading_->stop();
    stopped.set_value();
  });
  stopped.get_future().get();
  EXPECT_EQ(end(std::move(first)).status.code(), SLIPRING_UNAVAILABLE);
  EXPECT_EQ(read({{"start", "earliest"}}).status.code(), SLIPRING_UNAVAILABLE);
}

}  // namespace
}  // namespace slipring::host
