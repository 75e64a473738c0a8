#include "upgrade/records.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <fstream>
#include <optional>
#include <sstream>

namespace slipring::upgrade {
namespace {

namespace fs = std::filesystem;

class RecordsTest : public testing::Test {
 protected:
  RecordsTest() {
    char name[] = "/tmp/slipring-records-XXXXXX";
    root_ = mkdtemp(name);
    reopen();
  }
  ~RecordsTest() override { fs::remove_all(root_); }

  void reopen() { records_.emplace(std::move(Records::open(root_ / "upgrades").value())); }
  Standing &standing() { return records_->standing; }
  Ledger &ledger() { return records_->ledger; }

  Report report(Outcome outcome, Stage stage) {
    Report report{.number = ledger().begin(), .who = "command", .plugin = "echo"};
    report.outcome = outcome;
    report.stage = stage;
    return report;
  }

  std::vector<std::string> outcomes(size_t at_most = 100) {
    std::vector<std::string> all;
    for (const auto &upgrade : ledger().latest(at_most)) {
      all.emplace_back(upgrade.as_object().at("outcome").as_string());
    }
    return all;
  }

  fs::path file(const char *name) const { return root_ / "upgrades" / name; }

  fs::path root_;
  std::optional<Records> records_;
};

TEST_F(RecordsTest, WhatStandsOutlivesTheProcess) {
  ASSERT_TRUE(standing().commit("echo", {"1.0.0", "aaaa"}).is_ok());
  ASSERT_TRUE(standing().attempt("echo", {3, {"1.1.0", "bbbb"}, "moving"}).is_ok());
  ASSERT_TRUE(standing().pin("tally", "2.0.0").is_ok());
  ASSERT_TRUE(standing().put_in_quarantine("cccc", {"tally", "3.0.0", "crashed", ""}).is_ok());
  reopen();
  EXPECT_TRUE(standing().is_committed("echo", {"1.0.0", "aaaa"}));
  EXPECT_FALSE(standing().before("echo"));
  EXPECT_EQ(standing().attempts().at("echo").stage, "moving");
  EXPECT_EQ(standing().attempts().at("echo").upgrade, 3u);
  EXPECT_EQ(standing().pins().at("tally"), "2.0.0");
  EXPECT_EQ(standing().quarantine().at("cccc").reason, "crashed");
  EXPECT_FALSE(standing().quarantine().at("cccc").since.empty());
}

TEST_F(RecordsTest, ACommitEndsTheAttemptAndRemembersTheBuildBefore) {
  ASSERT_TRUE(standing().commit("echo", {"1.0.0", "aaaa"}).is_ok());
  ASSERT_TRUE(standing().attempt("echo", {1, {"1.1.0", "bbbb"}, "loaded"}).is_ok());
  ASSERT_TRUE(standing().commit("echo", {"1.1.0", "bbbb"}).is_ok());
  ASSERT_TRUE(standing().commit("echo", {"1.1.0", "bbbb"}).is_ok());
  EXPECT_TRUE(standing().attempts().empty());
  ASSERT_TRUE(standing().before("echo"));
  EXPECT_EQ(standing().before("echo")->build_id, "aaaa");
  ASSERT_TRUE(standing().go_back("echo", {"1.0.0", "aaaa"}).is_ok());
  reopen();
  EXPECT_TRUE(standing().is_committed("echo", {"1.0.0", "aaaa"}));
  EXPECT_FALSE(standing().before("echo"));
}

TEST_F(RecordsTest, ABuildIsCommittedAndSentAwayWithItsSettings) {
  ASSERT_TRUE(standing().commit("echo", {"1.0.0", "aaaa", "{}"}).is_ok());
  ASSERT_TRUE(standing().commit("echo", {"1.0.0", "aaaa", R"({"rate":1})"}).is_ok());
  ASSERT_TRUE(standing().put_in_quarantine("aaaa", {"echo", "1.0.0", "x", "", "d1"}).is_ok());
  ASSERT_TRUE(standing().put_in_quarantine("bbbb", {"echo", "1.0.0", "x", ""}).is_ok());
  reopen();
  EXPECT_FALSE(standing().is_committed("echo", {"1.0.0", "aaaa", "{}"}));
  EXPECT_TRUE(standing().is_committed("echo", {"1.0.0", "aaaa", R"({"rate":1})"}));
  ASSERT_TRUE(standing().before("echo"));
  EXPECT_EQ(standing().before("echo")->settings, "{}");
  EXPECT_NE(standing().quarantined("aaaa", "d1"), nullptr);
  EXPECT_EQ(standing().quarantined("aaaa", "d1")->build_id, "aaaa");
  EXPECT_EQ(standing().quarantined("aaaa", "d2"), nullptr);
  EXPECT_NE(standing().quarantined("bbbb", "d1"), nullptr) << "with whatever settings";
}

TEST_F(RecordsTest, RecordsThatKnowNoSettingsAreRead) {
  std::ofstream(file("standing.json"))
      << R"({"committed":{"echo":{"now":{"version":"1.0.0","build_id":"aaaa"},"before":null}},)"
      << R"("attempts":{},"pins":{},"quarantine":{"bbbb":{"plugin":"echo","version":"2.0.0",)"
      << R"("reason":"x","since":"y"}}})";
  reopen();
  EXPECT_EQ(standing().committed().at("echo").now.settings, "");
  EXPECT_NE(standing().quarantined("bbbb", "d1"), nullptr);
}

TEST_F(RecordsTest, BuildsAreReleasedByPluginOrByTheBeginningOfTheirId) {
  for (const char *build : {"0123456789", "0123456780", "9999999999"}) {
    ASSERT_TRUE(
        standing()
            .put_in_quarantine(build, {build[0] == '9' ? "tally" : "echo", "1.0.0", "x", ""})
            .is_ok());
  }
  EXPECT_EQ(standing().release("0123456").value(), 0u) << "too short to name a build";
  EXPECT_EQ(standing().release("0123456789").value(), 1u);
  EXPECT_EQ(standing().release("echo").value(), 1u);
  EXPECT_EQ(standing().release("echo").value(), 0u);
  EXPECT_EQ(standing().quarantine().size(), 1u);
}

TEST_F(RecordsTest, ADamagedFileIsSetAside) {
  ASSERT_TRUE(standing().pin("echo", "1.0.0").is_ok());
  for (const char *damaged : {"", "{", "[]", "{\"committed\":{}}", "{\"committed\":1}"}) {
    std::ofstream(file("standing.json")) << damaged;
    reopen();
    EXPECT_TRUE(standing().pins().empty());
    std::ostringstream kept;
    kept << std::ifstream(file("standing.json.damaged")).rdbuf();
    EXPECT_EQ(kept.str(), damaged);
  }
}

TEST_F(RecordsTest, WhatCannotBeWrittenIsSaid) {
  fs::remove_all(root_ / "upgrades");
  const Status status = standing().pin("echo", "1.0.0");
  EXPECT_EQ(status.code(), SLIPRING_UNAVAILABLE);
  EXPECT_NE(status.message().find("standing.json"), std::string::npos) << status.message();
}

TEST_F(RecordsTest, TheLastLineOfAnUpgradeHolds) {
  Report one = report(Outcome::under_way, Stage::loaded);
  ledger().note(one);
  one.outcome = Outcome::committed;
  one.stage = Stage::unloaded;
  ledger().note(one);
  ledger().note(report(Outcome::rejected, Stage::verified));
  EXPECT_EQ(outcomes(), (std::vector<std::string>{"committed", "rejected"}));
  EXPECT_EQ(outcomes(1), (std::vector<std::string>{"rejected"}));
  EXPECT_TRUE(ledger().latest(10, "tally").empty());
  reopen();
  EXPECT_EQ(outcomes(), (std::vector<std::string>{"committed", "rejected"}));
  EXPECT_EQ(ledger().begin(), 3u);
}

TEST_F(RecordsTest, UpgradesThatWereUnderWayAreInterrupted) {
  ledger().note(report(Outcome::under_way, Stage::moving));
  ledger().note(report(Outcome::committed, Stage::probation));
  ledger().note(report(Outcome::committed, Stage::retired));
  std::ofstream(file("ledger.jsonl"), std::ios::app) << "{\"upgrade\":4,\"outc";
  reopen();
  EXPECT_EQ(outcomes(), (std::vector<std::string>{"interrupted", "interrupted", "committed"}));
  EXPECT_EQ(ledger().interrupted().size(), 2u);
  reopen();
  EXPECT_TRUE(ledger().interrupted().empty()) << "they are told once";
}

TEST_F(RecordsTest, AShelfKeepsBuildsWhoseFileIsGone) {
  const fs::path staged = root_ / "staged.so";
  std::ofstream(staged) << "build";
  const Shelf &shelf = records_->shelf;
  ASSERT_TRUE(shelf.keep("echo", "aaaa", staged).is_ok());
  ASSERT_TRUE(shelf.keep("echo", "bbbb", staged).is_ok());
  ASSERT_TRUE(shelf.keep("echoes", "aaaa", staged).is_ok());
  fs::remove(staged);
  EXPECT_TRUE(fs::exists(shelf.find("echo", "aaaa")));
  EXPECT_TRUE(shelf.find("echo", "cccc").empty());
  shelf.keep_only("echo", {"bbbb"});
  EXPECT_TRUE(shelf.find("echo", "aaaa").empty());
  EXPECT_FALSE(shelf.find("echo", "bbbb").empty());
  EXPECT_FALSE(shelf.find("echoes", "aaaa").empty()) << "another plugin's";
  EXPECT_FALSE(shelf.keep("echo", "dddd", staged).is_ok());
}

}  // namespace
}  // namespace slipring::upgrade
