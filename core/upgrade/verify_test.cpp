#include "upgrade/verify.hpp"

#include <gtest/gtest.h>

namespace slipring::upgrade {
namespace {

std::optional<Failure> check(std::vector<std::string> profiles) {
  plugin::Manifest manifest;
  manifest.profiles = std::move(profiles);
  return check_profiles(manifest);
}

TEST(Profiles, OneOrBothAreAccepted) {
  EXPECT_FALSE(check({"slipring.profile.message/1"}));
  EXPECT_FALSE(check({"slipring.profile.http/1"}));
  EXPECT_FALSE(check({"slipring.profile.http/1", "slipring.profile.message/1"}));
}

TEST(Profiles, ThatAreNotKnownAreRefusedWithThoseThatAre) {
  const std::pair<std::vector<std::string>, const char *> cases[] = {
      {{}, "none"},
      {{"slipring.profile.http/2"}, "slipring.profile.http/2"},
      {{"slipring.profile.http/1", "slipring.profile.bytes/1"},
       "slipring.profile.http/1, slipring.profile.bytes/1"}};
  for (const auto &[profiles, found] : cases) {
    const auto failure = check(profiles);
    ASSERT_TRUE(failure) << found;
    EXPECT_EQ(failure->check, "profile");
    EXPECT_EQ(failure->found, found);
    EXPECT_EQ(failure->expected, "slipring.profile.message/1, slipring.profile.http/1, or both");
  }
}

}  // namespace
}  // namespace slipring::upgrade
