#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <future>
#include <set>

#include "shard/alarm.hpp"
#include "shard/shard_set.hpp"

namespace slipring::shard {
namespace {

// Runs `call` on the shard and waits for it.
template <class Call>
void on(Shard &shard, Call call) {
  std::promise<void> done;
  shard.post([&] {
    call();
    done.set_value();
  });
  done.get_future().get();
}

TEST(Shard, EndsEveryRoundEvenWhenHandlersKeepComing) {
  Shard shard(0, 1);
  std::promise<void> ended;
  std::atomic<bool> stop = false;
  bool first = true;
  std::function<void()> again = [&] {
    if (!stop) shard.post(again);
  };
  shard.add_round_end([&] {
    if (std::exchange(first, false)) ended.set_value();
  });
  shard.post(again);
  shard.start();
  ended.get_future().get();
  stop = true;
  shard.stop();
  shard.join();
}

TEST(Alarm, BringsARoundAboutAtTheEarliestTimeThatWasSet) {
  using namespace std::chrono_literals;
  Shard shard(0, 1);
  Alarm alarm(shard);
  std::promise<Alarm::Time> rung;
  const auto begin = std::chrono::steady_clock::now();
  shard.start();
  on(shard, [&] {
    alarm.set(begin + 1h);
    alarm.set(begin + 20ms);
    alarm.set(begin + 1h);
  });
  shard.post([&] {
    shard.add_round_end([&, done = false]() mutable {
      const auto now = std::chrono::steady_clock::now();
      if (now >= begin + 20ms && !std::exchange(done, true)) rung.set_value(now);
    });
  });
  EXPECT_LT(rung.get_future().get(), begin + 1h);
  shard.stop();
  shard.join();
}

TEST(Shard, ARoundEndFunctionMayRemoveItself) {
  Shard shard(0, 1);
  int calls = 0;
  int rounds = 0;
  std::promise<void> three_rounds;
  uint32_t key = 0;
  key = shard.add_round_end([&] {
    ++calls;
    shard.remove_round_end(key);
  });
  shard.add_round_end([&] {
    if (++rounds == 3) three_rounds.set_value();
    if (rounds < 3) shard.post([] {});
  });
  shard.post([] {});
  shard.start();
  three_rounds.get_future().get();
  shard.stop();
  shard.join();
  EXPECT_EQ(calls, 1);
}

TEST(ShardSet, ResumesOnTheCallersThreadAfterEveryShardHasFinished) {
  ShardSet shards(3);
  shards.start();
  boost::asio::io_context control;
  std::mutex mutex;
  std::set<uint32_t> seen;
  bool resumed = false;
  const auto caller = std::this_thread::get_id();
  const auto test = [&]() -> boost::asio::awaitable<void> {
    std::function<void(Shard &)> note = [&](Shard &shard) {
      EXPECT_EQ(Shard::current(), &shard);
      const std::lock_guard lock(mutex);
      seen.insert(shard.index());
    };
    co_await shards.run_on_each(std::move(note));
    EXPECT_EQ(seen.size(), 3u);
    EXPECT_EQ(std::this_thread::get_id(), caller);
    resumed = true;
  };
  boost::asio::co_spawn(control, test, boost::asio::detached);
  control.run();
  EXPECT_TRUE(resumed);
  shards.stop_and_join();
}

}  // namespace
}  // namespace slipring::shard
