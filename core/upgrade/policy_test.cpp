#include "upgrade/policy.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "upgrade/arrival.hpp"
#include "upgrade/digest.hpp"

namespace slipring::upgrade {
namespace {

namespace fs = std::filesystem;

plugin::Manifest manifest(const std::string &version) {
  plugin::Manifest made;
  made.name = "echo";
  made.version = version;
  made.continuity = plugin::Continuity::handoff;
  made.state_schema = 1;
  made.state_schema_oldest = 1;
  return made;
}

class PolicyTest : public testing::Test {
 protected:
  static fs::path make_directory() {
    char name[] = "/tmp/slipring-policy-XXXXXX";
    return mkdtemp(name);
  }
  ~PolicyTest() override { fs::remove_all(root_); }

  // The check that refuses; empty: none.
  std::string check(const plugin::Manifest &next, const plugin::Manifest &now) {
    const auto failure = policy_.refuse({next, build_, settings_}, &now, standing_);
    return failure ? failure->check : "";
  }
  std::optional<Failure> always(const plugin::Manifest &next, const plugin::Manifest &now) {
    return policy_.refuse_always({next, build_, settings_}, &now);
  }

  const fs::path root_ = make_directory();
  const std::string build_ = "0123456789abcdef";
  const std::string settings_ = "{}";
  Policy policy_;
  Standing standing_ = Standing::open(root_ / "standing.json");
};

TEST_F(PolicyTest, ALowerVersionNeedsAPinOrTheFlag) {
  EXPECT_EQ(check(manifest("1.1.0"), manifest("1.0.0")), "");
  EXPECT_EQ(check(manifest("1.0.0"), manifest("1.1.0")), "downgrade");
  ASSERT_TRUE(standing_.pin("echo", "1.0.0").is_ok());
  EXPECT_EQ(check(manifest("1.0.0"), manifest("1.1.0")), "");
  EXPECT_EQ(check(manifest("1.2.0"), manifest("1.1.0")), "pin");
  ASSERT_TRUE(standing_.pin("echo", "").is_ok());
  policy_.allow_downgrade = true;
  EXPECT_EQ(check(manifest("1.0.0"), manifest("1.1.0")), "");
}

TEST_F(PolicyTest, ABuildInQuarantineIsRefusedUntilItIsReleased) {
  ASSERT_TRUE(
      standing_.put_in_quarantine("0123456789abcdef", {"echo", "1.1.0", "it hung", ""}).is_ok());
  const plugin::Manifest next = manifest("1.1.0");
  const auto failure = policy_.refuse({next, build_, settings_}, nullptr, standing_);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->line(),
            "quarantine: found 1.1.0 of build 0123456789ab: it hung, expected another build, or "
            "`slipring plugins quarantine --release echo`");
  EXPECT_EQ(standing_.release("echo").value(), 1u);
  EXPECT_EQ(check(manifest("1.1.0"), manifest("1.0.0")), "");
}

TEST_F(PolicyTest, ARollbackHeedsWhatCannotWork) {
  plugin::Manifest next = manifest("1.0.0");
  const plugin::Manifest now = manifest("2.0.0");
  EXPECT_FALSE(always(next, now));
  next.state_schema = next.state_schema_oldest = 2;
  EXPECT_EQ(always(next, now)->check, "state schema");
  next.kind = plugin::Kind::transport;
  EXPECT_EQ(always(next, now)->check, "kind");
}

TEST_F(PolicyTest, QuarantineIsForABuildWithItsSettings) {
  const std::string bad = R"({"rate":9})";
  const plugin::Manifest next = manifest("1.1.0");
  Quarantined entry{"echo", "1.1.0", "it stumbled", "", settings_digest(bad)};
  ASSERT_TRUE(standing_.put_in_quarantine(build_, std::move(entry)).is_ok());
  EXPECT_FALSE(policy_.refuse({next, build_, settings_}, nullptr, standing_));
  EXPECT_EQ(policy_.refuse({next, build_, bad}, nullptr, standing_)->line(),
            "quarantine: found 1.1.0 of build 0123456789ab: it stumbled, expected another build, "
            "or `slipring plugins quarantine --release echo`");
  EXPECT_EQ(policy_.refuse({next, build_, bad, true}, &next, standing_)->line(),
            "quarantine: found settings " + settings_digest(bad) +
                " of 1.1.0: it stumbled, expected other settings, or `slipring plugins quarantine "
                "--release echo`");
}

TEST_F(PolicyTest, WhatServesIsConfiguredAnewWhateverItIsPinnedTo) {
  const plugin::Manifest now = manifest("1.0.0");
  ASSERT_TRUE(standing_.pin("echo", "2.0.0").is_ok());
  EXPECT_EQ(check(now, now), "pin");
  EXPECT_FALSE(policy_.refuse({now, build_, settings_, true}, &now, standing_));
}

TEST_F(PolicyTest, SettingsThatDoNotFitAreNamedWithTheirPlace) {
  plugin::Manifest next = manifest("1.0.0");
  next.kind = plugin::Kind::adapter;
  next.settings_schema = R"({"type":"object","properties":{"rate":{"type":"integer"}}})";
  policy_.adapter_settings["echo"] = R"({"rate":"high"})";
  policy_.places["echo"] = {{"settings", "c.yaml:2:3"}, {"settings.rate", "c.yaml:3:11"}};
  const std::string wished = policy_.settings_of(next);
  const std::string line = policy_.refuse_always({next, build_, wished}, nullptr)->line();
  EXPECT_NE(line.find("settings: found settings.rate: "), std::string::npos) << line;
  EXPECT_NE(line.find(" (c.yaml:3:11), expected settings that fit"), std::string::npos) << line;
  const std::string before = R"({"rate":"low"})";
  const std::string other = policy_.refuse_always({next, build_, before}, nullptr)->line();
  EXPECT_EQ(other.find("c.yaml"), std::string::npos) << "it stands nowhere any more";
}

TEST_F(PolicyTest, OnlyFilesOfTheAllowListMayBeLookedAt) {
  const std::vector<uint8_t> file = {'a', 'b', 'c'};
  EXPECT_FALSE(policy_.refuse_hash(file)) << "without a list any file";
  policy_.allow.emplace();
  EXPECT_EQ(policy_.refuse_hash(file)->line(),
            "hash: found SHA-256 ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad, "
            "expected one that is allowed (upgrade.allow)");
  EXPECT_EQ(policy_.refuse_hash(file)->stage, Stage::verified);
  policy_.allow->insert(sha256(file));
  EXPECT_FALSE(policy_.refuse_hash(file));
}

// "file version" of those left, and how many were refused.
std::string chosen(const std::vector<std::string> &versions,
                   const std::map<std::string, std::string> &pins = {}) {
  std::vector<Arrival> arrivals;
  std::vector<Report> reports;
  for (const std::string &version : versions) {
    const fs::path file = std::to_string(arrivals.size()) + ".so";
    arrivals.push_back({file, StagedFile({}, {}), manifest(version), "build"});
  }
  choose(arrivals, pins, reports);
  std::string text;
  for (const Arrival &arrival : arrivals) {
    text += arrival.file.string() + ' ' + arrival.manifest.version + ' ';
  }
  return text + std::to_string(reports.size());
}

TEST(Choose, TheHighestVersionIsWishedUnlessAnotherIsPinned) {
  EXPECT_EQ(chosen({"1.0.0", "1.10.0", "1.9.0"}), "1.so 1.10.0 0");
  EXPECT_EQ(chosen({"1.0.0", "1.10.0", "1.9.0"}, {{"echo", "1.9.0"}}), "2.so 1.9.0 0");
  EXPECT_EQ(chosen({"1.0.0", "1.10.0"}, {{"echo", "3.0.0"}}), "1.so 1.10.0 0");
  EXPECT_EQ(chosen({"1.0.0", "1.10.0"}, {{"other", "1.0.0"}}), "1.so 1.10.0 0");
}

TEST(Choose, TwoFilesOfOneVersionAreBothRefused) {
  EXPECT_EQ(chosen({"1.0.0", "1.0.0"}), "2");
  EXPECT_EQ(chosen({"1.0.0", "1.0.0", "0.9.0"}), "2") << "a lower one does not slip in";
}

}  // namespace
}  // namespace slipring::upgrade
