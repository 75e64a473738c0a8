#include "event/time_text.hpp"

#include <gtest/gtest.h>

#include <cstdint>

namespace slipring::event {
namespace {

constexpr int64_t second = 1'000'000'000;

TEST(TimeText, IsPrintedWithNanoseconds) {
  EXPECT_EQ(print_time(0), "1970-01-01T00:00:00.000000000Z");
  EXPECT_EQ(print_time(1'795'253'400 * second + 5), "2026-11-21T09:30:00.000000005Z");
  EXPECT_EQ(print_time(-1), "1969-12-31T23:59:59.999999999Z");
  EXPECT_EQ(print_time(INT64_MAX), "2262-04-11T23:47:16.854775807Z");
  EXPECT_EQ(print_time(INT64_MIN), "1677-09-21T00:12:43.145224192Z");
}

TEST(TimeText, IsReadWithAnyOffsetAndFraction) {
  const int64_t instant = 1'795'253'400 * second;
  const struct {
    const char *text;
    int64_t unix_ns;
  } cases[] = {
      {"2026-11-21T09:30:00Z", instant},
      {"2026-11-21t09:30:00z", instant},
      {"2026-11-21T10:30:00+01:00", instant},
      {"2026-11-20T23:30:00-10:00", instant},
      {"2026-11-21T09:30:00-00:00", instant},
      {"2026-11-21T09:30:00.5Z", instant + second / 2},
      {"2026-11-21T09:30:00.000000001Z", instant + 1},
      {"2026-11-21T09:30:00.0000000019999Z", instant + 1},
      {"2024-02-29T00:00:00Z", 1'709'164'800 * second},
      {"1969-12-31T23:59:59.25Z", -second * 3 / 4},
      {"2016-12-31T23:59:60Z", 1'483'228'800 * second},
  };
  for (const auto &[text, unix_ns] : cases) {
    const auto time = parse_time(text);
    ASSERT_TRUE(time) << text << ": " << time.status().message();
    EXPECT_EQ(*time, unix_ns) << text;
  }
}

TEST(TimeText, WhatIsPrintedIsReadBack) {
  for (const int64_t time :
       {int64_t{0}, int64_t{1}, int64_t{-1}, 1'795'253'400 * second + 123, INT64_MAX, INT64_MIN}) {
    EXPECT_EQ(parse_time(print_time(time)).value(), time);
  }
}

TEST(TimeText, WhatIsNoneIsRefusedInWords) {
  const struct {
    const char *text;
    const char *found;
  } cases[] = {
      {"", "is no date and time"},
      {"yesterday", "is no date and time"},
      {"2026-11-21", "is no date and time"},
      {"2026-11-21 09:30:00Z", "is no date and time"},
      {"2026-11-21T09:30:00", "is no date and time"},
      {"2026-11-21T09:30Z", "is no date and time"},
      {"2026-11-21T09:30:00.Z", "is no date and time"},
      {"2026-11-21T24:00:00Z", "is no date and time"},
      {"2026-11-21T09:60:00Z", "is no date and time"},
      {"2026-11-21T09:30:61Z", "is no date and time"},
      {"2026-13-01T09:30:00Z", "is no date and time"},
      {"2026-00-01T09:30:00Z", "is no date and time"},
      {"2026-11-21T09:30:00+0100", "is no date and time"},
      {"2026-11-21T09:30:00Zulu", "is no date and time"},
      {"+026-11-21T09:30:00Z", "is no date and time"},
      {"2026-02-29T00:00:00Z", "is a date that does not exist"},
      {"2026-04-31T00:00:00Z", "is a date that does not exist"},
      {"2262-04-11T23:47:16.854775808Z", "is outside of 1677 to 2262"},
      {"1677-09-21T00:12:43.145224191Z", "is outside of 1677 to 2262"},
      {"0001-01-01T00:00:00Z", "is outside of 1677 to 2262"},
      {"9999-12-31T23:59:59Z", "is outside of 1677 to 2262"},
  };
  for (const auto &[text, found] : cases) {
    const auto time = parse_time(text);
    ASSERT_FALSE(time) << text;
    EXPECT_EQ(time.status().message(),
              std::string(found) + ", accepted is RFC 3339 as in 2026-11-21T09:30:00.5Z")
        << text;
  }
}

}  // namespace
}  // namespace slipring::event
