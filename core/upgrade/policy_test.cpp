#include "upgrade/policy.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "upgrade/arrival.hpp"

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
    const auto failure = policy_.refuse(next, "0123456789abcdef", &now, standing_);
    return failure ? failure->check : "";
  }

  const fs::path root_ = make_directory();
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
  const auto failure = policy_.refuse(manifest("1.1.0"), "0123456789abcdef", nullptr, standing_);
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
  EXPECT_FALSE(policy_.refuse_always(next, &now));
  next.state_schema = next.state_schema_oldest = 2;
  EXPECT_EQ(policy_.refuse_always(next, &now)->check, "state schema");
  next.kind = plugin::Kind::transport;
  EXPECT_EQ(policy_.refuse_always(next, &now)->check, "kind");
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
