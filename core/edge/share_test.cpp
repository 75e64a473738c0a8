#include "edge/share.hpp"

#include <gtest/gtest.h>

namespace slipring::edge {
namespace {

TEST(Share, TakesThatManyOfTheFirstHoweverManyThereAre) {
  for (const int percent : {0, 1, 10, 33, 50, 99, 100}) {
    Share share(percent / 100.0);
    int taken = 0;
    for (int n = 1; n <= 1000; ++n) {
      if (share.take()) ++taken;
      ASSERT_EQ(taken, n * percent / 100) << percent << " % of " << n;
    }
  }
}

TEST(Share, DoesNotDriftWhenItIsNoWholePercent) {
  Share share(0.0125);
  int taken = 0;
  for (int n = 0; n < 80'000; ++n) taken += share.take() ? 1 : 0;
  EXPECT_EQ(taken, 1000);
}

}  // namespace
}  // namespace slipring::edge
