#include "upgrade/comparison.hpp"

#include <gtest/gtest.h>

namespace slipring::upgrade {
namespace {

using plugin::Counts;

constexpr ErrorLimits limits{.errors = 3, .factor = 2};

Counts failing(uint64_t failed, uint64_t calls) {
  return {.calls = calls, .failed = failed};
}

TEST(CompareBeside, NeedsMoreErrorsThanArePermitted) {
  EXPECT_FALSE(compare_beside(failing(3, 10), failing(0, 1000), limits));
  const auto failure = compare_beside(failing(4, 10), failing(0, 1000), limits);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->line(),
            "errors: found 4 calls failed, 400 of 1000; of the old version 0, expected at most 3 "
            "(upgrade.max_errors) or 2 times its rate (upgrade.error_factor)");
}

TEST(CompareBeside, ForgivesWhatTheOldVersionDoesAsOften) {
  EXPECT_FALSE(compare_beside(failing(20, 1000), failing(100, 10'000), limits));
  EXPECT_TRUE(compare_beside(failing(21, 1000), failing(100, 10'000), limits));
  EXPECT_FALSE(compare_beside(failing(21, 1000), failing(100, 10'000), {3, 2.5}));
}

TEST(CompareBeside, HoldsSlowCallsAgainstSlowCalls) {
  const Counts next{.calls = 100, .slow = 4};
  EXPECT_EQ(compare_beside(next, failing(50, 100), limits)->check, "time");
  EXPECT_FALSE(compare_beside(next, {.calls = 100, .slow = 2}, limits));
}

TEST(CompareBeside, AnOldVersionWithoutCallsHasNoErrors) {
  EXPECT_TRUE(compare_beside(failing(4, 4), {}, limits));
  EXPECT_FALSE(compare_beside({}, {}, limits));
}

TEST(CompareAfter, MoreErrorsThanArePermittedAreTooManyWhateverTheRate) {
  EXPECT_FALSE(compare_after(failing(3, 10), failing(0, 1000), limits));
  const auto failure = compare_after(failing(4, 1'000'000), failing(500, 1000), limits);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->line(),
            "errors: found 4 calls failed, expected at most 3 (upgrade.max_errors)");
}

TEST(CompareAfter, TheRateCountsFromAThousandCallsOn) {
  constexpr ErrorLimits many{.errors = 1000, .factor = 2};
  const Counts old = failing(1, 1000);
  EXPECT_FALSE(compare_after(failing(50, 999), old, many));
  EXPECT_FALSE(compare_after(failing(3, 1000), old, many)) << "twice the rate, and one";
  const auto failure = compare_after(failing(4, 1000), old, many);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->line(),
            "errors: found 4 calls failed, 4 of 1000; of the old version 1, expected at most one "
            "more than 2 times its rate (upgrade.error_factor)");
  EXPECT_FALSE(compare_after(failing(1, 1000), failing(0, 1000), many)) << "one is no verdict";
}

}  // namespace
}  // namespace slipring::upgrade
