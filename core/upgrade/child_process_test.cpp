#include "upgrade/child_process.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>
#include <vector>

namespace slipring::upgrade {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::seconds;

class ChildProcessTest : public testing::Test {
 protected:
  // Has /bin/sh run `script`; `further` lines of the context's work go on meanwhile.
  void start(const std::string &script, std::chrono::nanoseconds limit) {
    std::function<void(std::string_view)> line = [this](std::string_view text) {
      lines_.emplace_back(text);
    };
    asio::co_spawn(context_, run_child("/bin/sh", script, limit, std::move(line)),
                   [this](std::exception_ptr, Result<ChildEnd> end) { ends_.push_back(end); });
  }

  ChildEnd run(const std::string &script, std::chrono::nanoseconds limit = seconds(60)) {
    start(script, limit);
    context_.run();
    return ends_.at(0).value();
  }

  asio::io_context context_{1};
  std::vector<std::string> lines_;
  std::vector<Result<ChildEnd>> ends_;
};

TEST_F(ChildProcessTest, GivesItsOutputLineByLineAndItsExitCode) {
  const ChildEnd end = run("echo one\nprintf 'two\\nthree' >&2\nexit 3\n");
  EXPECT_EQ(end.text(), "exited with code 3");
  EXPECT_EQ(lines_, (std::vector<std::string>{"one", "two", "three"}));
}

TEST_F(ChildProcessTest, NamesTheSignalThatEndedIt) {
  EXPECT_EQ(run("kill -ABRT $$\n").text(), "ended by SIGABRT");
}

TEST_F(ChildProcessTest, IsKilledWithAllItStartedWhenItsTimeIsOver) {
  const ChildEnd end = run("sleep 300 & echo begun; wait\n", milliseconds(300));
  EXPECT_TRUE(end.timed_out);
  EXPECT_EQ(lines_, (std::vector<std::string>{"begun"}));
}

TEST_F(ChildProcessTest, IsNotWaitedForByReadingFromWhatItLeftBehind) {
  const ChildEnd end = run("sleep 300 & exit 0\n");
  EXPECT_EQ(end.text(), "exited with code 0");
  EXPECT_FALSE(end.timed_out);
}

TEST_F(ChildProcessTest, MayCloseItsOutputLongBeforeItEnds) {
  EXPECT_EQ(run("exec >&- 2>&-\nsleep 0.1\nexit 4\n").text(), "exited with code 4");
}

TEST_F(ChildProcessTest, GetsNoDescriptorsButItsThree) {
  run("ls /proc/$$/fd\n");
  EXPECT_EQ(lines_, (std::vector<std::string>{"0", "1", "2"}));
}

TEST_F(ChildProcessTest, LinesThatDoNotEndAreCutOff) {
  run("head -c 200000 /dev/zero | tr '\\0' x\necho\necho next\n");
  ASSERT_EQ(lines_.size(), 2u);
  EXPECT_EQ(lines_[0].size(), longest_line);
  EXPECT_EQ(lines_[1], "next");
}

TEST_F(ChildProcessTest, RunsBesideOthers) {
  start("read -r unused < /proc/self/comm; sleep 0.2; echo slow\n", seconds(60));
  start("echo fast\n", seconds(60));
  context_.run();
  EXPECT_EQ(ends_.size(), 2u);
  EXPECT_EQ(lines_, (std::vector<std::string>{"fast", "slow"}));
}

TEST_F(ChildProcessTest, ThatIsNotThereIsAnErrorThatNamesIt) {
  std::optional<Result<ChildEnd>> end;
  asio::co_spawn(context_, run_child("/nowhere/program", {}, seconds(60), [](std::string_view) {}),
                 [&end](std::exception_ptr, Result<ChildEnd> came) { end = std::move(came); });
  context_.run();
  ASSERT_FALSE(*end);
  EXPECT_EQ(end->status().message(), "/nowhere/program: No such file or directory");
}

}  // namespace
}  // namespace slipring::upgrade
