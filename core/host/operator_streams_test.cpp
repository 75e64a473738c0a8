// On one thread: the control thread's loop, and a bus with a log.
#include "host/operator_streams.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/json.hpp>
#include <filesystem>
#include <future>

#include "bus/testing.hpp"
#include "host/offline_log.hpp"
#include "host/open_streams.hpp"

namespace slipring::host {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

stream::Settings settings_of(std::string name, std::string filter,
                             stream::Durability durability = stream::Durability::log) {
  stream::Settings settings;
  settings.name = std::move(name);
  settings.filters = {std::move(filter)};
  settings.durability = durability;
  return settings;
}

class OperatorStreamsTest : public testing::Test {
 protected:
  OperatorStreamsTest() {
    char name[] = "/tmp/slipring-streams-XXXXXX";
    state_ = mkdtemp(name);
    open();
  }
  ~OperatorStreamsTest() override {
    close();
    std::filesystem::remove_all(state_);
  }

  void open() {
    auto opened = open_streams(settings_, state_, false);
    ASSERT_TRUE(opened) << opened.status().message();
    log_ = std::move(opened->log);
    const std::vector<std::string> ephemeral{"live/#"};
    shards_ = std::make_unique<bus::testing::Shards>(1, bus::NetworkLimits(), ephemeral,
                                                     opened->histories, log_.get());
    streams_ =
        std::make_unique<OperatorStreams>(shards_->network.streams(), log_.get(), shards_->writer,
                                          [](const std::function<void()> &work) { work(); });
  }
  void close() {
    streams_.reset();
    shards_.reset();
    log_.reset();
  }
  // Each a microsecond after the one before.
  void publish(std::string_view topic, int count) {
    for (int i = 0; i < count; ++i) {
      shards_->now_ns += 1000;
      shards_->user(0).publish(topic, "x");
      shards_->settle();
    }
  }
  json::object purge(json::object request) {
    auto answer = asio::co_spawn(control_, streams_->purge(std::move(request)), asio::use_future);
    control_.restart();
    for (int rounds = 0; rounds < 100; ++rounds) {
      control_.poll();
      shards_->settle();
      if (answer.wait_for(std::chrono::seconds(0)) == std::future_status::ready) break;
    }
    return answer.get();
  }
  std::string status_of(json::object request) {
    const json::object answer = purge(std::move(request));
    const json::value *const error = answer.if_contains("error");
    return error == nullptr ? "OK" : std::string(error->as_object().at("status").as_string());
  }
  json::object stream(std::string_view name) {
    const json::object list = streams_->list();
    for (const json::value &each : list.at("streams").as_array()) {
      if (each.as_object().at("name").as_string() == name) return each.as_object();
    }
    ADD_FAILURE() << "no stream " << name;
    return {};
  }
  std::string position(std::string_view name, uint64_t sequence) {
    return std::string(name) + '@' + std::string(stream(name).at("epoch").as_string()) + ':' +
           std::to_string(sequence);
  }

  std::filesystem::path state_;
  std::vector<stream::Settings> settings_{
      settings_of("scores", "game/#"), settings_of("short", "short/#", stream::Durability::memory),
      settings_of("default", "#")};
  asio::io_context control_;
  std::unique_ptr<stream::Log> log_;
  std::unique_ptr<bus::testing::Shards> shards_;
  std::unique_ptr<OperatorStreams> streams_;
};

TEST_F(OperatorStreamsTest, AStreamIsShownWithItsConfigurationAndWhatItHas) {
  publish("game/1", 3);
  const json::object scores = stream("scores");
  EXPECT_EQ(scores.at("durability").as_string(), "log");
  EXPECT_EQ(scores.at("filters"), json::array{"game/#"});
  EXPECT_EQ(scores.at("configured"), true);
  EXPECT_EQ(scores.at("first"), 1);
  EXPECT_EQ(scores.at("last"), 3);
  EXPECT_EQ(scores.at("events"), 3);
  EXPECT_GT(scores.at("bytes").to_number<uint64_t>(), 0U);
  EXPECT_EQ(scores.at("epochs").as_array().size(), 1U);
  EXPECT_TRUE(scores.at("losses").as_array().empty());
}

TEST_F(OperatorStreamsTest, AStreamInMemoryIsShownLikeTheOthers) {
  publish("short/1", 2);
  const json::object stream = this->stream("short");
  EXPECT_EQ(stream.at("durability").as_string(), "memory");
  EXPECT_EQ(stream.at("events"), 2);
}

TEST_F(OperatorStreamsTest, AStreamThatIsNotConfiguredAnyMoreIsShownAndCanBePurged) {
  publish("game/1", 3);
  close();
  settings_.erase(settings_.begin());
  open();
  EXPECT_EQ(stream("scores").at("configured"), false);
  EXPECT_EQ(stream("scores").at("events"), 3);
  const json::object answer = purge({{"stream", "scores"}, {"before", position("scores", 3)}});
  EXPECT_EQ(answer.at("purged").as_object().at("events"), 2);
  EXPECT_EQ(stream("scores").at("first"), 3);
}

TEST_F(OperatorStreamsTest, PurgingRemovesEverythingAndTheSequenceGoesOn) {
  for (const std::string_view name : {"scores", "short"}) {
    const std::string topic = name == "scores" ? "game/1" : "short/1";
    publish(topic, 3);
    const json::object answer = purge({{"stream", name}});
    const json::object expected{{"stream", name}, {"events", 3}, {"first", 4}, {"last", 3}};
    EXPECT_EQ(json::serialize(answer.at("purged")), json::serialize(expected));
    publish(topic, 1);
    EXPECT_EQ(stream(name).at("first"), 4);
    EXPECT_EQ(stream(name).at("last"), 4);
  }
}

TEST_F(OperatorStreamsTest, PurgingBeforeAPositionKeepsItsEvent) {
  publish("game/1", 5);
  const json::object answer = purge({{"stream", "scores"}, {"before", position("scores", 4)}});
  EXPECT_EQ(answer.at("purged").as_object().at("events"), 3);
  EXPECT_EQ(stream("scores").at("first"), 4);
}

TEST_F(OperatorStreamsTest, PurgingBeforeATimeKeepsWhatWasRecordedThen) {
  shards_->now_ns = 1'000'000'000;
  for (const std::string_view topic : {"game/1", "short/1"}) publish(topic, 5);
  // A second and 3 microseconds after 1970: the third of the first five.
  const std::string before = "1970-01-01T00:00:01.000003Z";
  const json::object answer = purge({{"stream", "scores"}, {"before", before}});
  EXPECT_EQ(answer.at("purged").as_object().at("first"), 3);
  const json::object none = purge({{"stream", "short"}, {"before", before}});
  EXPECT_EQ(none.at("purged").as_object().at("events"), 0);
}

TEST_F(OperatorStreamsTest, WhatCannotBePurgedIsRefusedAndNothingIsRemoved) {
  publish("game/1", 3);
  EXPECT_EQ(status_of({}), "INVALID_ARGUMENT");
  EXPECT_EQ(status_of({{"stream", "nothing"}}), "NOT_FOUND");
  EXPECT_EQ(status_of({{"stream", "scores"}, {"before", 3}}), "INVALID_ARGUMENT");
  EXPECT_EQ(status_of({{"stream", "scores"}, {"before", position("default", 1)}}),
            "INVALID_ARGUMENT");
  EXPECT_EQ(status_of({{"stream", "scores"}, {"before", position("scores", 5)}}), "OUT_OF_RANGE");
  EXPECT_EQ(stream("scores").at("events"), 3);
}

TEST_F(OperatorStreamsTest, WithoutAHostTheLogIsShownAndPurgedOffline) {
  publish("game/1", 5);
  const std::string before = position("scores", 3);
  close();
  {
    const auto log = OfflineLog::open(state_, OfflineLog::Access::read);
    ASSERT_TRUE(log) << log.status().message();
    EXPECT_EQ(log->list().at("streams").as_array().size(), 2U);
    EXPECT_TRUE(log->list().at("findings").as_array().empty());
    EXPECT_FALSE(OfflineLog::open(state_, OfflineLog::Access::read));
  }
  {
    auto log = OfflineLog::open(state_, OfflineLog::Access::write);
    ASSERT_TRUE(log) << log.status().message();
    EXPECT_EQ(log->purge("scores", before)->at("events"), 2);
    EXPECT_EQ(log->purge("short", "").status().code(), SLIPRING_NOT_FOUND);
  }
  open();
  EXPECT_EQ(stream("scores").at("first"), 3);
  EXPECT_EQ(stream("scores").at("epochs").as_array().size(), 1U);
}

}  // namespace
}  // namespace slipring::host
