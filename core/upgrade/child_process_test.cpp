#include "upgrade/child_process.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <vector>

namespace slipring::upgrade {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::seconds;

class ChildProcessTest : public testing::Test {
 protected:
  void start(const std::string &program, const std::string &input,
             std::chrono::nanoseconds limit = seconds(60)) {
    asio::co_spawn(context_, wait_for(program, input, limit), asio::detached);
  }

  // Has a shell run `script` to its end.
  ChildEnd run(const std::string &script, std::chrono::nanoseconds limit = seconds(60)) {
    start("/bin/sh", script, limit);
    context_.run();
    return ends_.at(0).value();
  }

  asio::awaitable<void> wait_for(std::string program, std::string input,
                                 std::chrono::nanoseconds limit) {
    std::function<void(std::string_view)> line = [this](std::string_view text) {
      lines_.emplace_back(text);
    };
    ends_.push_back(co_await run_child(program, input, limit, std::move(line)));
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
  start("/bin/sh", "sleep 0.2; echo slow\n");
  start("/bin/sh", "echo fast\n");
  context_.run();
  EXPECT_EQ(ends_.size(), 2u);
  EXPECT_EQ(lines_, (std::vector<std::string>{"fast", "slow"}));
}

TEST_F(ChildProcessTest, IsNotTakenForOneThatHasEndedBefore) {
  const auto one_after_the_other = [this]() -> asio::awaitable<void> {
    for (int i = 0; i < 50; ++i) co_await wait_for("/bin/sh", "sleep 0.01; echo x\n", seconds(60));
  };
  asio::co_spawn(context_, one_after_the_other, asio::detached);
  context_.run();
  EXPECT_EQ(lines_.size(), 50u);
}

TEST_F(ChildProcessTest, ThatIsNotThereIsAnErrorThatNamesIt) {
  start("/nowhere/program", {});
  context_.run();
  ASSERT_FALSE(ends_.at(0));
  EXPECT_EQ(ends_[0].status().message(), "/nowhere/program: No such file or directory");
}

}  // namespace
}  // namespace slipring::upgrade
