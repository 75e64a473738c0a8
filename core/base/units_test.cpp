#include "base/units.hpp"

#include <gtest/gtest.h>

namespace slipring {
namespace {

using std::chrono::nanoseconds;

TEST(Units, SizesTakeBinaryUnits) {
  EXPECT_EQ(parse_size("65536").value(), 65536u);
  EXPECT_EQ(parse_size("64KiB").value(), 65536u);
  EXPECT_EQ(parse_size("1.5 MiB").value(), 1572864u);
}

TEST(Units, DurationsNeedAUnit) {
  EXPECT_EQ(parse_duration("300us").value(), nanoseconds(300'000));
  EXPECT_EQ(parse_duration("1.5s").value(), nanoseconds(1'500'000'000));
  EXPECT_FALSE(parse_duration("30"));
}

TEST(Units, WhatIsNoQuantityIsRefusedWithWhatIsAccepted) {
  for (const char *text : {"", "MiB", "-1", "1 MB", "1e3000", "inf", "nan", "1KiBx"}) {
    const auto size = parse_size(text);
    ASSERT_FALSE(size) << text;
    EXPECT_NE(size.status().message().find("accepted"), std::string::npos);
  }
  EXPECT_FALSE(parse_share("101%"));
  EXPECT_FALSE(parse_share("0.5"));
  EXPECT_DOUBLE_EQ(parse_share("50%").value(), 0.5);
}

}  // namespace
}  // namespace slipring
