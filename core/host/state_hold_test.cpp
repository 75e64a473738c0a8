#include "host/state_hold.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <optional>

#include "host/state_directory.hpp"

namespace slipring::host {
namespace {

class StateHoldTest : public testing::Test {
 protected:
  StateHoldTest() {
    char name[] = "/tmp/slipring-hold-XXXXXX";
    state_ = mkdtemp(name);
  }
  ~StateHoldTest() override { std::filesystem::remove_all(state_); }

  std::filesystem::path state_;
};

TEST_F(StateHoldTest, KeepsHostsOutWhileItLives) {
  {
    const auto hold = StateHold::take(state_);
    ASSERT_TRUE(hold) << hold.status().message();
    EXPECT_FALSE(StateDirectory::lock(state_));
  }
  EXPECT_TRUE(StateDirectory::lock(state_));
}

TEST_F(StateHoldTest, IsRefusedWhileAHostRunsWithTheNumberOfItsProcess) {
  const auto host = StateDirectory::lock(state_);
  ASSERT_TRUE(host);
  const auto hold = StateHold::take(state_);
  ASSERT_FALSE(hold);
  EXPECT_EQ(hold.status().code(), SLIPRING_FAILED_PRECONDITION);
  EXPECT_NE(hold.status().message().find("process " + std::to_string(getpid())), std::string::npos)
      << hold.status().message();
}

TEST_F(StateHoldTest, LeavesTheDirectoryAsItWas) {
  { EXPECT_TRUE(StateHold::take(state_)); }
  EXPECT_TRUE(std::filesystem::is_empty(state_));
  std::ofstream(pid_file(state_)) << "17\n";  // of a host that was killed
  { EXPECT_TRUE(StateHold::take(state_)); }
  EXPECT_EQ(pid_in(state_), "17");
}

TEST_F(StateHoldTest, MakesNoDirectory) {
  const auto hold = StateHold::take(state_ / "nothing");
  ASSERT_FALSE(hold);
  EXPECT_EQ(hold.status().code(), SLIPRING_NOT_FOUND);
  EXPECT_FALSE(std::filesystem::exists(state_ / "nothing"));
}

}  // namespace
}  // namespace slipring::host
