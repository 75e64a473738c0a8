#include "host/directory_watch.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace slipring::host {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

class DirectoryWatchTest : public testing::Test {
 protected:
  DirectoryWatchTest() {
    char name[] = "/tmp/slipring-watch-XXXXXX";
    root_ = mkdtemp(name);
    EXPECT_TRUE(watch_.start(root_).is_ok());
  }
  ~DirectoryWatchTest() override { fs::remove_all(root_); }

  // Runs the loop until something was told, or for that long.
  void run(milliseconds time) {
    const int before = told_;
    const auto end = std::chrono::steady_clock::now() + time;
    while (told_ == before && std::chrono::steady_clock::now() < end) loop_.run_one_until(end);
  }

  fs::path root_;
  boost::asio::io_context loop_;
  int told_ = 0;
  DirectoryWatch watch_{loop_, [this] { ++told_; }};
};

constexpr milliseconds patience{20'000};
constexpr milliseconds a_while{500};

TEST_F(DirectoryWatchTest, FilesThatComeTogetherAreToldOnce) {
  for (const char *name : {"a.so", "b.so", "c.so"}) std::ofstream(root_ / name) << "x";
  fs::rename(root_ / "c.so", root_ / "d.so");
  run(patience);
  EXPECT_EQ(told_, 1);
  run(a_while);
  EXPECT_EQ(told_, 1);
}

TEST_F(DirectoryWatchTest, AFileIsToldWhenItIsClosedOrRenamedToItsName) {
  std::ofstream open(root_ / "a.so");
  open << "half" << std::flush;
  std::ofstream(root_ / ".b.so") << "hidden";
  std::ofstream(root_ / "notes.txt") << "no plugin";
  run(a_while);
  EXPECT_EQ(told_, 0);
  open.close();
  run(patience);
  EXPECT_EQ(told_, 1);
  fs::rename(root_ / ".b.so", root_ / "b.so");
  run(patience);
  EXPECT_EQ(told_, 2);
  fs::remove(root_ / "b.so");
  run(a_while);
  EXPECT_EQ(told_, 2) << "what goes away is not told";
}

TEST_F(DirectoryWatchTest, ADirectoryThatIsNotThereIsAnError) {
  DirectoryWatch other(loop_, [] {});
  const Status status = other.start(root_ / "none");
  EXPECT_NE(status.message().find((root_ / "none").string()), std::string::npos)
      << status.message();
}

}  // namespace
}  // namespace slipring::host
