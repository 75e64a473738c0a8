#include "observe/burst.hpp"

#include <gtest/gtest.h>

namespace slipring::observe {
namespace {

using namespace std::chrono_literals;

TEST(Burst, TheFirstIsSaidAtOnceTheRestCounted) {
  Burst burst(10s);
  const Burst::Clock::time_point start{};
  EXPECT_EQ(burst.admit("a", start), 0u);
  EXPECT_EQ(burst.admit("a", start + 1s), std::nullopt);
  EXPECT_EQ(burst.admit("a", start + 2s), std::nullopt);
  EXPECT_EQ(burst.admit("b", start + 2s), 0u);
  EXPECT_EQ(burst.admit("a", start + 10s), 2u);
  EXPECT_EQ(burst.admit("a", start + 20s), 0u);
}

}  // namespace
}  // namespace slipring::observe
