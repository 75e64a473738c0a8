#include <gtest/gtest.h>

#include "stream/testing.hpp"

namespace slipring::stream {
namespace {

using testing::Fixture;
using testing::settings_of;

// What each kind of failure must do: the group is refused and nobody sees it, the log takes nothing
// until it has recovered, goes on without a restart, and has the same after a crash.
struct Failure {
  const char *name;
  std::atomic<bool> testing::FaultFiles::*fault;
  slipring_status code;
};

class LogErrors : public ::testing::TestWithParam<Failure> {
 protected:
  void fail(bool on) { (*log.files).*GetParam().fault = on; }

  Fixture log;
};

TEST_P(LogErrors, RefuseTheGroupAndShowNothingOfIt) {
  log.append({"a"});
  fail(true);
  EXPECT_EQ(log.try_append({{.topic = "b", .payload = "p", .retain = true}}).code(),
            GetParam().code);
  EXPECT_EQ(log.read(), "1:a");
  EXPECT_EQ(log.state().last, 1u);
  EXPECT_TRUE(log->retained(log.number(), {})->empty());
}

TEST_P(LogErrors, KeepTheLogFromTakingEventsUntilItHasRecovered) {
  log.append({"a"});
  fail(true);
  ASSERT_FALSE(log.try_append({{.topic = "b"}}).is_ok());
  fail(false);
  EXPECT_FALSE(log.try_append({{.topic = "b"}}).is_ok());
  log->tick();
  EXPECT_TRUE(log.try_append({{.topic = "c"}}).is_ok());
  EXPECT_EQ(log.read(), "1:a 2:c");
}

TEST_P(LogErrors, LastUntilTheCauseIsGone) {
  fail(true);
  ASSERT_FALSE(log.try_append({{.topic = "b"}}).is_ok());
  log->tick();
  log->tick();
  EXPECT_FALSE(log.try_append({{.topic = "b"}}).is_ok());
  fail(false);
  log->tick();
  EXPECT_TRUE(log.try_append({{.topic = "c"}}).is_ok());
}

TEST_P(LogErrors, LeaveNothingThatACrashBringsBack) {
  log.append({"a", "a"});
  fail(true);
  ASSERT_FALSE(log.try_append({{.topic = "b", .payload = "p", .retain = true},
                               {.topic = "b", .payload = "p"},
                               {.topic = "c", .payload = "p"}})
                   .is_ok());
  fail(false);
  log->tick();
  log.append({"d"});
  log.kill();
  log.reopen();
  EXPECT_EQ(log.read(), "1:a 2:a 3:d");
  EXPECT_EQ(*log->last_of_topic(log.number(), "b"), 0u);
  EXPECT_TRUE(log->retained(log.number(), {})->empty());
  EXPECT_TRUE(log->findings().empty());
}

TEST_P(LogErrors, LoseNothingThatWasAcknowledgedWhenPowerFails) {
  log.append({"a"});
  fail(true);
  ASSERT_FALSE(log.try_append({{.topic = "b"}}).is_ok());
  fail(false);
  log->tick();
  log.append({"c"});
  log.lose_power();
  log.reopen();
  EXPECT_EQ(log.read(), "1:a 2:c");
}

TEST_P(LogErrors, OfTheLastWriteLoseNothingBeforeIt) {
  log.append({"a"});
  fail(true);
  ASSERT_FALSE(log.try_append({{.topic = "b"}}).is_ok());
  log.lose_power();
  fail(false);
  log.reopen();
  EXPECT_EQ(log.read().substr(0, 3), "1:a");
  EXPECT_TRUE(log->findings().empty());
}

INSTANTIATE_TEST_SUITE_P(
    All, LogErrors,
    ::testing::Values(
        Failure{"Writes", &testing::FaultFiles::writes_fail, SLIPRING_UNAVAILABLE},
        Failure{"ShortWrites", &testing::FaultFiles::writes_are_short, SLIPRING_UNAVAILABLE},
        Failure{"Syncs", &testing::FaultFiles::syncs_fail, SLIPRING_UNAVAILABLE},
        Failure{"FullDisk", &testing::FaultFiles::disk_is_full, SLIPRING_RESOURCE_EXHAUSTED}),
    [](const auto &info) { return info.param.name; });

TEST(Log, LosesNothingThatWasSyncedWhenPowerFails) {
  Fixture log;
  log.append({"a", "b"});
  log.append({"c"});
  log.lose_power();
  log.reopen();
  EXPECT_EQ(log.read(), "1:a 2:b 3:c");
  EXPECT_TRUE(log->findings().empty());
  EXPECT_EQ(log.state().epochs.size(), 1u);
}

TEST(Log, BeginsANewEpochBelowFsyncWhenTheMachineStopped) {
  Fixture log(settings_of("s", Durability::log));
  log.append_events({{.topic = "a"}}, true);
  log.append_events({{.topic = "b"}}, false);
  log.lose_power();
  log.reopen();
  EXPECT_EQ(log.state().epochs.size(), 2u);
  EXPECT_EQ(log.read(), "1:a lost 2-2");  // the mark, which was not lost here, tells of it
  EXPECT_EQ(log->findings().size(), 2u);
}

TEST(Log, HasWhatWasWrittenWhenOnlyTheProgramWasKilled) {
  Fixture log(settings_of("s", Durability::log));
  log.append_events({{.topic = "a"}}, false);
  log.kill();
  log.reopen();
  EXPECT_EQ(log.read(), "1:a");
  EXPECT_TRUE(log->findings().empty());
  EXPECT_EQ(log.state().epochs.size(), 1u);
}

TEST(Log, TellsOfALossOnlyOnce) {
  Fixture log(settings_of("s", Durability::log));
  log.append_events({{.topic = "a"}}, true);
  log.append_events({{.topic = "b"}}, false);
  log.lose_power();
  log.reopen();
  log.append_events({{.topic = "c"}});
  log.kill();
  log.reopen();
  EXPECT_TRUE(log->findings().empty());
  EXPECT_EQ(log.state().epochs.size(), 2u);
  EXPECT_EQ(log.read(), "1:a lost 2-2 3:c");
}

}  // namespace
}  // namespace slipring::stream
