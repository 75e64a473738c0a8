#include "host/restart.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

namespace slipring::host {
namespace {

TEST(RestartDeathTest, WithoutKnowingHowItWasStartedTheProcessEnds) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(restart_process(), testing::ExitedWithCode(hung_exit_code), "");
}

TEST(RestartDeathTest, UnderSystemdTheProcessEnds) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto end = [] {
    std::string name = "restart_test";
    char *arguments[] = {name.data(), nullptr};
    remember_start(arguments);
    setenv("SYSTEMD_EXEC_PID", std::to_string(getpid()).c_str(), 1);
    restart_process();
  };
  EXPECT_EXIT(end(), testing::ExitedWithCode(hung_exit_code), "");
}

// The new image lists the tests of its own program, and ends with 0.
TEST(RestartDeathTest, TheProgramStartsAgainWithItsArguments) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto again = [] {
    std::string name = "restart_test";
    std::string list = "--gtest_list_tests";
    char *arguments[] = {name.data(), list.data(), nullptr};
    remember_start(arguments);
    unsetenv("SYSTEMD_EXEC_PID");
    dup2(STDERR_FILENO, STDOUT_FILENO);
    restart_process();
  };
  EXPECT_EXIT(again(), testing::ExitedWithCode(0), "TheProgramStartsAgainWithItsArguments");
}

}  // namespace
}  // namespace slipring::host
