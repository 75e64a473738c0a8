#include "host/operator_start.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "bus/testing.hpp"

namespace slipring::host {
namespace {

namespace json = boost::json;
using Kind = bus::Start::Kind;

class OperatorStart : public testing::Test {
 protected:
  Result<bus::Start> start(const std::string &text) const {
    return start_of({{"start", json::parse(text)}}, streams_);
  }
  bus::Start accepted(const std::string &text) const {
    auto given = start(text);
    EXPECT_TRUE(given) << given.status().message();
    return given ? *given : bus::Start{};
  }

  bus::Streams streams_{1, {}, bus::testing::default_stream()};
};

TEST_F(OperatorStart, WithoutOneItIsNow) {
  const auto start = start_of({{"filters", {"a"}}}, streams_);
  ASSERT_TRUE(start);
  EXPECT_EQ(start->kind, Kind::now);
}

TEST_F(OperatorStart, IsAWord) {
  EXPECT_EQ(accepted(R"("now")").kind, Kind::now);
  EXPECT_EQ(accepted(R"("earliest")").kind, Kind::earliest);
  EXPECT_EQ(accepted(R"("retained")").kind, Kind::retained);
  EXPECT_EQ(accepted(R"("last per topic")").kind, Kind::last_per_topic);
}

TEST_F(OperatorStart, IsANumberOfTheLast) {
  const bus::Start start = accepted(R"({"last":10})");
  EXPECT_EQ(start.kind, Kind::last);
  EXPECT_EQ(start.number, 10u);
}

TEST_F(OperatorStart, IsATime) {
  const bus::Start start = accepted(R"({"time":"1970-01-01T00:00:01.5Z"})");
  EXPECT_EQ(start.kind, Kind::time);
  EXPECT_EQ(start.number, 1'500'000'000u);
}

TEST_F(OperatorStart, IsBehindPositionsAndCursors) {
  const bus::Start start =
      accepted(R"({"after":["default@5f3a9c1e00000001:7","default@5f3a9c1e00000001:9"]})");
  EXPECT_EQ(start.kind, Kind::after);
  ASSERT_EQ(start.positions.size(), 2u);
  EXPECT_EQ(start.positions[1], (event::CursorPosition{"default", bus::testing::epoch, 9}));
}

TEST_F(OperatorStart, AnythingElseIsRefusedWithWhatIsAccepted) {
  for (const char *const text :
       {R"("then")", "3", "null", "[]", "{}", R"({"last":0})", R"({"last":-1})", R"({"last":"1"})",
        R"({"last":1.5})", R"({"time":1})", R"({"time":"yesterday"})",
        R"({"time":"1969-12-31T23:59:59Z"})", R"({"after":"x"})", R"({"last":1,"time":1})",
        R"({"first":1})"}) {
    const auto refused = start(text);
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.status().code(), SLIPRING_INVALID_ARGUMENT);
    const std::string begin =
        "start: found " + json::serialize(json::parse(text)) +
        ", accepted: \"now\", \"earliest\", \"retained\", \"last per topic\", "
        "{\"last\":10}, {\"time\":";
    EXPECT_EQ(refused.status().message().substr(0, begin.size()), begin);
  }
}

TEST_F(OperatorStart, WhatIsNoPlaceOfThisHostIsRefused) {
  for (const char *const text : {R"({"after":[]})", R"({"after":[1]})", R"({"after":["nonsense"]})",
                                 R"({"after":["other@5f3a9c1e00000001:7"]})"}) {
    const auto refused = start(text);
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.status().code(), SLIPRING_INVALID_ARGUMENT) << text;
    EXPECT_FALSE(refused.status().message().empty());
  }
}

}  // namespace
}  // namespace slipring::host
