#include "shard/roll_call.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <future>

namespace slipring::shard {
namespace {

using namespace std::chrono_literals;
using Answer = std::vector<bool>;

class RollCallTest : public testing::Test {
 protected:
  RollCallTest() { shards_.start(); }
  ~RollCallTest() override { shards_.stop_and_join(); }

  Answer call(std::chrono::nanoseconds at_most, ShardSet::Work work = &pass) {
    Answer answer;
    const auto test = [&]() -> boost::asio::awaitable<void> {
      answer = co_await roll_call_.call(std::move(work), at_most);
    };
    control_.restart();
    boost::asio::co_spawn(control_, test, boost::asio::detached);
    control_.run();
    return answer;
  }
  static void pass(Shard &, const std::function<void()> &done) { done(); }

  ShardSet shards_{2};
  boost::asio::io_context control_;
  RollCall roll_call_{shards_};
};

TEST_F(RollCallTest, ResumesAsSoonAsAllHaveAnswered) {
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(call(1h), (Answer{true, true}));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 1min);
}

TEST_F(RollCallTest, AShardThatHangsIsNamedIsNotCalledAgainAndComesBack) {
  std::promise<void> hang;
  std::promise<void> hanging;
  shards_.at(1).post([&] {
    hanging.set_value();
    hang.get_future().wait();
  });
  hanging.get_future().wait();
  EXPECT_EQ(call(20ms), (Answer{true, false}));
  std::atomic<int> on_second = 0;
  const ShardSet::Work count = [&](Shard &shard, const std::function<void()> &done) {
    if (shard.index() == 1) ++on_second;
    done();
  };
  // Without the late shard there is nothing to wait for.
  EXPECT_EQ(call(1h, count), (Answer{true, false}));
  hang.set_value();
  while (call(1h) != Answer{true, true}) {
  }
  EXPECT_EQ(on_second, 0);
}

}  // namespace
}  // namespace slipring::shard
