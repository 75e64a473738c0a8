#include "upgrade/totals.hpp"

#include <gtest/gtest.h>

namespace slipring::upgrade {
namespace {

using namespace std::chrono_literals;

Report report_of(Outcome outcome, uint64_t moved, uint64_t stayed) {
  Report report{.plugin = "echo"};
  report.outcome = outcome;
  session::MoveReport shard;
  shard.moved = moved;
  shard.stayed = stayed;
  shard.slices = {40us, 1ms, 2s};
  report.shards.push_back(shard);
  return report;
}

TEST(Totals, AreSumsByPluginAndOutcome) {
  Totals totals;
  totals.add(report_of(Outcome::committed, 5, 0));
  totals.add(report_of(Outcome::committed, 2, 1));
  totals.add(report_of(Outcome::rolled_back, 0, 3));
  const Totals::OfPlugin &echo = totals.plugins().at("echo");
  EXPECT_EQ(echo.outcomes.at(Outcome::committed), 2u);
  EXPECT_EQ(echo.outcomes.at(Outcome::rolled_back), 1u);
  EXPECT_EQ(echo.moved, 7u);
  EXPECT_EQ(echo.stayed, 4u);
}

TEST(Totals, SlicesAreCountedInEveryBoundThatHasRoomForThem) {
  Totals totals;
  totals.add(report_of(Outcome::committed, 1, 0));
  const SliceTimes &slices = totals.slices();
  EXPECT_EQ(slices.within.front(), 1u);
  EXPECT_EQ(slices.within[5], 2u);  // 1 ms
  EXPECT_EQ(slices.within.back(), 2u);
  EXPECT_EQ(slices.count, 3u);
  EXPECT_EQ(slices.sum, 40us + 1ms + 2s);
}

}  // namespace
}  // namespace slipring::upgrade
