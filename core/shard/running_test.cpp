#include "shard/running.hpp"

#include <gtest/gtest.h>

#include <future>
#include <string_view>

#include "shard/shard.hpp"

namespace slipring::shard {
namespace {

TEST(Running, ACallStandsInTheSlotUntilItReturns) {
  Running slot;
  const Running::Bind bind(slot);
  EXPECT_EQ(slot.sample().generation, 0u);
  {
    const Running::Call call(7, "receive");
    EXPECT_EQ(slot.sample().generation, 7u);
    EXPECT_EQ(std::string_view(slot.sample().function), "receive");
  }
  EXPECT_EQ(slot.sample().generation, 0u);
  EXPECT_EQ(slot.sample().function, nullptr);
}

TEST(Running, AnInnerCallPutsTheOuterOneBack) {
  Running slot;
  const Running::Bind bind(slot);
  const Running::Call outer(1, "ready");
  const uint64_t before = slot.sample().count;
  {
    const Running::Call inner(2, "receive");
    EXPECT_EQ(slot.sample().generation, 2u);
  }
  EXPECT_EQ(slot.sample().generation, 1u);
  EXPECT_EQ(std::string_view(slot.sample().function), "ready");
  EXPECT_NE(slot.sample().count, before);
}

TEST(Running, TheSameFunctionAgainIsAnotherCall) {
  Running slot;
  const Running::Bind bind(slot);
  const auto count_inside = [&] {
    const Running::Call call(1, "receive");
    return slot.sample().count;
  };
  EXPECT_NE(count_inside(), count_inside());
}

TEST(Running, AThreadThatIsNotWatchedWritesNobodysSlot) {
  Running slot;
  { const Running::Bind bind(slot); }
  const Running::Call call(1, "receive");
  EXPECT_EQ(slot.sample().count, 0u);
}

TEST(Running, AShardsRoundsAreCounted) {
  Shard shard(0, 1);
  const uint64_t before = shard.running().sample().rounds;
  shard.start();
  std::promise<uint64_t> in_round;
  shard.post([&] { in_round.set_value(shard.running().sample().rounds); });
  EXPECT_EQ(in_round.get_future().get(), before);
  shard.stop();
  shard.join();
  EXPECT_GT(shard.running().sample().rounds, before);
}

}  // namespace
}  // namespace slipring::shard
