#include "upgrade/canary.hpp"

#include <gtest/gtest.h>

namespace slipring::upgrade {
namespace {

plugin::Manifest manifest() {
  plugin::Manifest made;
  made.name = "echo";
  made.kind = plugin::Kind::adapter;
  made.profiles = {SLIPRING_PROFILE_MESSAGE};
  made.subprotocols = {"v1"};
  return made;
}

TEST(RefuseCanary, NeedsAVersionBesideIt) {
  const plugin::Manifest next = manifest();
  EXPECT_FALSE(refuse_canary(next, &next));
  EXPECT_EQ(refuse_canary(next, nullptr)->line(),
            "canary: found no version that serves, expected one to compare with");
}

TEST(RefuseCanary, BothHaveToTakeTheSameSessions) {
  const plugin::Manifest now = manifest();
  plugin::Manifest next = manifest();
  next.profiles.emplace_back(SLIPRING_PROFILE_HTTP);
  EXPECT_EQ(refuse_canary(next, &now)->line(),
            "canary: found profiles slipring.profile.message/1, slipring.profile.http/1, expected "
            "slipring.profile.message/1, as the running version");
  next = manifest();
  next.subprotocols.clear();
  EXPECT_EQ(refuse_canary(next, &now)->line(),
            "canary: found subprotocols none, expected v1, as the running version");
  next.kind = plugin::Kind::transport;
  EXPECT_EQ(refuse_canary(next, &now)->check, "canary");
}

TEST(Percent, SaysWhatWasConfigured) {
  EXPECT_EQ(percent(0.1), "10%");
  EXPECT_EQ(percent(0.125), "12.5%");
  EXPECT_EQ(percent(1), "100%");
}

}  // namespace
}  // namespace slipring::upgrade
