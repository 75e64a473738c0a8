#include "host/canary_config.hpp"

#include <gtest/gtest.h>

#include "host/config.hpp"

namespace slipring::host {
namespace {

std::string error_of(const std::string &upgrade) {
  const auto config = parse_config("upgrade: { " + upgrade + " }\n", "x.yaml");
  return config ? "" : config.status().message();
}

TEST(CanaryConfig, ThereIsNoneUnlessItIsConfigured) {
  EXPECT_EQ(Config().canary.share, 0);
  EXPECT_EQ(Config().upgrade_error_factor, 2);
  const auto config = parse_config(
      "upgrade: { error_factor: 1.5, canary: { share: 12.5%, time: 10m } }\n", "x.yaml");
  ASSERT_TRUE(config) << config.status().message();
  EXPECT_EQ(config->canary.share, 0.125);
  EXPECT_EQ(config->canary.time, std::chrono::minutes(10));
  EXPECT_EQ(config->upgrade_error_factor, 1.5);
}

TEST(CanaryConfig, SaysWhatIsAccepted) {
  EXPECT_EQ(error_of("canary: { share: 100% }"),
            "x.yaml:1:29: share: found \"100%\", accepted: more than 0%, less than 100%");
  EXPECT_NE(error_of("canary: { share: 0% }").find("more than 0%"), std::string::npos);
  EXPECT_NE(error_of("canary: { time: 1s }").find("share"), std::string::npos);
  EXPECT_EQ(error_of("error_factor: 0.5"),
            "x.yaml:1:26: error_factor: found \"0.5\", accepted: 1 to 1000");
  EXPECT_NE(error_of("error_factor: nan").find("accepted: 1 to 1000"), std::string::npos);
}

}  // namespace
}  // namespace slipring::host
