#include "host/purge_point.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace slipring::host {
namespace {

const std::vector<stream::Epoch> epochs{{0x10, 1}, {0x20, 5}};

Result<PurgePoint> parse(std::string_view text) {
  return parse_purge_point(text, "scores", epochs, 9);
}

TEST(PurgePoint, IsAPositionOfAnyEpochThatTheStreamKnows) {
  for (const std::string_view text : {"scores@0000000000000010:3", "scores@0000000000000020:3"}) {
    const auto point = parse(text);
    ASSERT_TRUE(point) << point.status().message();
    EXPECT_EQ(std::get<BeforeSequence>(*point).sequence, 3U);
  }
}

TEST(PurgePoint, IsATime) {
  const auto point = parse("1970-01-01T00:00:01Z");
  ASSERT_TRUE(point) << point.status().message();
  EXPECT_EQ(std::get<BeforeTime>(*point).recorded_ns, 1'000'000'000);
}

TEST(PurgePoint, OfAnotherStreamIsRefused) {
  EXPECT_EQ(parse("default@0000000000000010:3").status().code(), SLIPRING_INVALID_ARGUMENT);
}

TEST(PurgePoint, OfAnotherHistoryIsRefused) {
  EXPECT_EQ(parse("scores@0000000000000030:3").status().code(), SLIPRING_FAILED_PRECONDITION);
}

TEST(PurgePoint, MayBeBehindTheLastEventButNotBeyond) {
  EXPECT_TRUE(parse("scores@0000000000000020:10"));
  EXPECT_EQ(parse("scores@0000000000000020:11").status().code(), SLIPRING_OUT_OF_RANGE);
}

TEST(PurgePoint, WhatIsNeitherIsRefusedWithWhatIsAccepted) {
  const auto point = parse("yesterday");
  ASSERT_FALSE(point);
  EXPECT_EQ(point.status().code(), SLIPRING_INVALID_ARGUMENT);
  EXPECT_NE(point.status().message().find("accepted: a position"), std::string::npos);
}

}  // namespace
}  // namespace slipring::host
