#include "host/hang.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

namespace slipring::host {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class HangTest : public ::testing::Test {
 protected:
  HangTest() {
    char name[] = "/tmp/slipring-hang-XXXXXX";
    state_ = mkdtemp(name);
  }
  ~HangTest() override { fs::remove_all(state_); }

  HangFacts facts() {
    HangFacts facts;
    facts.hung = {.thread = "shard-1",
                  .generation = 7,
                  .plugin = "lazy",
                  .version = "1.2.0",
                  .function = "receive",
                  .lasted = std::chrono::seconds(30)};
    facts.threads = {{.thread = "shard-0"}, facts.hung};
    facts.generations = {roster_.add(7, "lazy", "1.2.0", "ab12")};
    return facts;
  }

  std::string tell() {
    testing::internal::CaptureStderr();
    tell_of_last_hang(state_);
    return testing::internal::GetCapturedStderr();
  }

  fs::path state_;
  plugin::Roster roster_;
};

TEST_F(HangTest, TheRecordSaysWhatEachThreadWasDoing) {
  const auto file = write_hang(state_, facts());
  ASSERT_TRUE(file) << file.status().message();
  std::ostringstream text;
  text << std::ifstream(*file).rdbuf();
  EXPECT_THAT(text.str(), HasSubstr(R"("in":"lazy 1.2.0 in receive")"));
  EXPECT_THAT(text.str(), HasSubstr(R"("in":"the host")"));
  EXPECT_THAT(text.str(), HasSubstr(R"("build_id":"ab12")"));
  EXPECT_THAT(text.str(), HasSubstr(R"("milliseconds":3E4)"));
}

TEST_F(HangTest, TheNextRunTellsOfItOnceAndKeepsTheRecord) {
  ASSERT_TRUE(write_hang(state_, facts()));
  const std::string told = tell();
  EXPECT_THAT(told, HasSubstr("last run ended because lazy 1.2.0 in receive hung"));
  EXPECT_THAT(told, HasSubstr("thread=shard-1"));
  EXPECT_EQ(tell(), "");
  EXPECT_FALSE(fs::is_empty(state_ / "hangs"));
}

TEST_F(HangTest, ARecordThatWasCutShortStillSaysThatThereWasAHang) {
  std::ofstream(state_ / "hang-2026-11-21T03:30:00.123Z.json") << R"({"at":"2026)";
  EXPECT_THAT(tell(), HasSubstr("last run ended because unknown hung"));
}

TEST_F(HangTest, OnlyTheLatestRecordsAreKept) {
  for (int i = 10; i < 60; ++i) {
    std::ofstream(state_ / ("hang-2026-11-21T03:30:" + std::to_string(i) + ".json")) << "{}";
  }
  tell();
  EXPECT_EQ(std::distance(fs::directory_iterator(state_ / "hangs"), fs::directory_iterator()), 20);
  EXPECT_TRUE(fs::exists(state_ / "hangs" / "hang-2026-11-21T03:30:59.json"));
}

}  // namespace
}  // namespace slipring::host
