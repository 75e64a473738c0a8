#include "plugin/watchdog.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <thread>

namespace slipring::plugin {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class WatchdogTest : public ::testing::Test {
 protected:
  WatchdogTest() { watchdog_.watch("here", slot_); }

  uint64_t counted(std::string_view name) {
    return services_.counters.counter(name, "lazy").total();
  }

  HostServices services_;
  std::shared_ptr<Roster::Entry> lazy_ = services_.generations.add(7, "lazy", "1.2.0", "ab");
  shard::Running slot_;
  const shard::Running::Bind bind_{slot_};
  std::vector<Activity> over_;
  std::vector<Activity> restarts_;
  Watchdog watchdog_{services_,
                     {.callback = 100ms, .restart = 1s},
                     {.over_limit = [this](const Activity &one) { over_.push_back(one); },
                      .restart = [this](const Activity &one) { restarts_.push_back(one); }}};
};

TEST_F(WatchdogTest, NamesThePluginTheFunctionAndTheThread) {
  const shard::Running::Call call(7, "init");
  for (int i = 0; i < 100; ++i) watchdog_.look(50ms);
  ASSERT_THAT(over_, SizeIs(1));
  EXPECT_EQ(over_[0].title(), "lazy 1.2.0 in init");
  EXPECT_EQ(over_[0].thread, "here");
  EXPECT_EQ(over_[0].lasted, 1s);  // ten times what a shard has
  EXPECT_EQ(counted("callbacks_over_limit_total"), 1u);
  EXPECT_EQ(lazy_->over_limit, 1u);
}

TEST_F(WatchdogTest, AThreadWithoutClientsIsWaitedForForEver) {
  const shard::Running::Call call(7, "init");
  for (int i = 0; i < 10'000; ++i) watchdog_.look(50ms);
  EXPECT_THAT(restarts_, IsEmpty());
}

TEST_F(WatchdogTest, SaysOfAGenerationThatIsGoneWhatIsLeftToSay) {
  services_.generations.remove(*lazy_);
  const shard::Running::Call call(7, "deinit");
  for (int i = 0; i < 100; ++i) watchdog_.look(50ms);
  ASSERT_THAT(over_, SizeIs(1));
  EXPECT_EQ(over_[0].generation, 7u);
  EXPECT_EQ(over_[0].plugin, "");
}

TEST_F(WatchdogTest, WhenItIsLateItselfTheLookCountsAsOneInTime) {
  const shard::Running::Call call(7, "init");
  watchdog_.look(50ms);
  for (int i = 0; i < 19; ++i) watchdog_.look(10s);
  EXPECT_THAT(over_, IsEmpty());
  watchdog_.look(50ms);
  EXPECT_THAT(over_, SizeIs(1));
}

TEST_F(WatchdogTest, ShowsWhatEachThreadIsDoing) {
  const shard::Running::Call call(7, "init");
  watchdog_.look(50ms);
  watchdog_.look(50ms);
  const auto now = watchdog_.now();
  ASSERT_THAT(now, SizeIs(1));
  EXPECT_EQ(now[0].title(), "lazy 1.2.0 in init");
  EXPECT_EQ(now[0].lasted, 50ms);
}

TEST(WatchdogThread, FindsAShardThatHangsAndLeavesTheOthersAlone) {
  HostServices services;
  const auto entry = services.generations.add(7, "lazy", "1.2.0", "ab");
  std::promise<Activity> over;
  std::promise<Activity> restart;
  Watchdog watchdog(services, {.callback = 20ms, .restart = 200ms},
                    {.over_limit = [&](const Activity &one) { over.set_value(one); },
                     .restart = [&](const Activity &one) { restart.set_value(one); }});
  shard::Shard hangs(0, 2);
  shard::Shard works(1, 2);
  for (shard::Shard *each : {&hangs, &works}) {
    each->start();
    watchdog.watch(*each);
  }
  watchdog.start();
  std::promise<void> go_on;
  hangs.post([&] {
    const shard::Running::Call call(7, "receive");
    go_on.get_future().get();
  });
  EXPECT_EQ(over.get_future().get().title(), "lazy 1.2.0 in receive");
  const Activity found = restart.get_future().get();
  EXPECT_EQ(found.thread, "shard-0");
  EXPECT_EQ(found.title(), "lazy 1.2.0 in receive");
  EXPECT_GE(found.lasted, 200ms);
  watchdog.stop();
  go_on.set_value();
}

}  // namespace
}  // namespace slipring::plugin
