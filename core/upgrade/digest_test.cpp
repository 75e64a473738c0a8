#include "upgrade/digest.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace slipring::upgrade {
namespace {

TEST(Digest, OfAFileIsWhatSha256sumPrints) {
  const std::vector<uint8_t> abc = {'a', 'b', 'c'};
  EXPECT_EQ(sha256(abc), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256({}), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Digest, SettingsThatSayTheSameAreEqual) {
  EXPECT_EQ(canonical_settings(R"({"b": [{"d":1,"c":2}], "a":"x"})"),
            R"({"a":"x","b":[{"c":2,"d":1}]})");
  EXPECT_NE(canonical_settings(R"({"a":[1,2]})"), canonical_settings(R"({"a":[2,1]})"));
  EXPECT_EQ(canonical_settings("{"), "{");
}

TEST(Digest, OfSettingsIsShortAndOfNoneNone) {
  EXPECT_EQ(settings_digest("{}"), "44136fa355b3");
  EXPECT_EQ(settings_digest(""), "");
}

}  // namespace
}  // namespace slipring::upgrade
