#include "host/state_directory.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

namespace slipring::host {
namespace {

TEST(StateDirectory, BelongsToOneHostAtATime) {
  char name[] = "/tmp/slipring-state-XXXXXX";
  const std::filesystem::path root = mkdtemp(name);
  {
    const auto first = StateDirectory::lock(root / "deep" / "state");
    ASSERT_TRUE(first) << first.status().message();
    const auto second = StateDirectory::lock(root / "deep" / "state");
    ASSERT_FALSE(second);
    EXPECT_NE(second.status().message().find("process " + std::to_string(getpid())),
              std::string::npos)
        << second.status().message();
  }
  EXPECT_TRUE(StateDirectory::lock(root / "deep" / "state"));
  std::filesystem::remove_all(root);
}

}  // namespace
}  // namespace slipring::host
