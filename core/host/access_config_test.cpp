#include "host/access_config.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "host/config.hpp"

namespace slipring::host {
namespace {

using testing::HasSubstr;

class AccessConfigTest : public testing::Test {
 protected:
  AccessConfigTest() {
    std::ofstream(file_) << std::string(64, '0') << " alice\n";
    EXPECT_EQ(::chmod(file_.c_str(), 0600), 0);
  }
  ~AccessConfigTest() override { ::unlink(file_.c_str()); }

  // `access`: what stands beside the file of tokens.
  Result<Config> parse(const std::string &access, const std::string &rest = "") {
    return parse_config(
        "access: {tokens: " + file_ + (access.empty() ? "" : ", ") + access + "}\n" + rest, "f");
  }
  std::string error(const std::string &access, const std::string &rest = "") {
    const auto config = parse(access, rest);
    return config ? "accepted" : config.status().message();
  }

  const std::string file_ = testing::TempDir() + "slipring-access-" + std::to_string(::getpid());
};

TEST_F(AccessConfigTest, WithoutASectionNobodyIsAsked) {
  const auto config = parse_config("mounts: [{path: /a, adapter: b}]\n", "f");
  ASSERT_TRUE(config);
  EXPECT_FALSE(config->access);
  EXPECT_EQ(config->mounts->at(0).need, access::Need::none);
}

TEST_F(AccessConfigTest, ReadsCarriersTicketsAndMounts) {
  const auto config = parse(
      "cookie: __Host-session, bearer: false, "
      "ticket: {lifetime: 5s, limit: 7, limit_per_identity: 3}",
      "mounts: [{path: /a, adapter: b, access: required}, "
      "{path: /c, adapter: d, access: optional}, {path: /e, adapter: f, access: none}]\n");
  ASSERT_TRUE(config) << config.status().message();
  const access::Carriers carriers{.bearer = false, .cookie = "__Host-session", .ticket = true};
  EXPECT_EQ(config->access->carriers, carriers);
  const access::TicketLimits limits{std::chrono::seconds(5), 7, 3};
  EXPECT_EQ(config->access->tickets, limits);
  EXPECT_EQ(config->access->tokens->size(), 1u);
  EXPECT_EQ(config->mounts->at(0).need, access::Need::required);
  EXPECT_EQ(config->mounts->at(1).need, access::Need::optional);
  EXPECT_EQ(config->mounts->at(2).need, access::Need::none);
}

TEST_F(AccessConfigTest, ByDefaultATokenComesInAuthorizationAlone) {
  const auto config = parse("");
  ASSERT_TRUE(config) << config.status().message();
  EXPECT_EQ(config->access->carriers, access::Carriers());
  EXPECT_FALSE(config->access->tickets);
}

TEST_F(AccessConfigTest, ErrorsSayWhereWhatAndWhatIsAccepted) {
  EXPECT_THAT(error("cookie: 'a b'"),
              HasSubstr("cookie: found \"a b\", accepted: a cookie's name"));
  EXPECT_THAT(error("ticket: {lifetime: 1h}"),
              HasSubstr("lifetime: found \"1h\", accepted: 1s to"));
  EXPECT_THAT(error("ticket: {limit: 0}"), HasSubstr("limit: found \"0\", accepted: 1 to 1000000"));
  EXPECT_THAT(error("ticket: 30s"), HasSubstr("ticket: found \"30s\""));
  EXPECT_THAT(error("bearer: false"), HasSubstr("found neither bearer nor cookie"));
  EXPECT_THAT(error("token: x"), HasSubstr("token"));
  EXPECT_THAT(error("", "mounts: [{path: /a, adapter: b, access: always}]\n"),
              HasSubstr("f:2:41: access: found \"always\", accepted: none, optional, required"));
  const auto no_section = parse_config("mounts: [{path: /a, adapter: b, access: required}]\n", "f");
  ASSERT_FALSE(no_section);
  EXPECT_THAT(no_section.status().message(), HasSubstr("no section access"));
  EXPECT_EQ(::chmod(file_.c_str(), 0644), 0);
  EXPECT_THAT(error(""), HasSubstr("f:1:18: tokens: " + file_ + ": found mode 0644"));
  const auto no_file = parse_config("access: {cookie: a}\n", "f");
  ASSERT_FALSE(no_file);
  EXPECT_THAT(no_file.status().message(), HasSubstr("tokens"));
}

}  // namespace
}  // namespace slipring::host
