#include "observe/counters.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace slipring::observe {
namespace {

TEST(Counters, TheSameNameAndPluginIsTheSameCounter) {
  Counters counters;
  Counter &first = counters.counter("refused_total", "lws");
  EXPECT_EQ(&first, &counters.counter("refused_total", "lws"));
  EXPECT_NE(&first, &counters.counter("refused_total", "web"));
}

TEST(Counters, NothingIsLostBetweenThreads) {
  Counters counters;
  Counter &counter = counters.counter("n");
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&counter] {
        for (int n = 0; n < 10'000; ++n) counter.add();
      });
    }
  }
  EXPECT_EQ(counter.total(), 40'000u);
  EXPECT_EQ(counters.samples().at(0).total, 40'000u);
}

}  // namespace
}  // namespace slipring::observe
