#include "upgrade/settings_schema.hpp"

#include <gtest/gtest.h>

namespace slipring::upgrade {
namespace {

constexpr std::string_view schema = R"({
  "type": "object",
  "additionalProperties": false,
  "properties": {"ping_interval": {"type": "number", "exclusiveMinimum": 0}}
})";

TEST(SettingsSchema, AcceptsWhatFits) {
  EXPECT_TRUE(check_settings(schema, R"({"ping_interval": 0.5})").is_ok());
  EXPECT_TRUE(check_settings(schema, "{}").is_ok());
  EXPECT_TRUE(check_settings("", "{}").is_ok());
}

TEST(SettingsSchema, NamesThePlaceThatDoesNot) {
  const Status status = check_settings(schema, R"({"ping_interval": "often"})");
  ASSERT_FALSE(status.is_ok());
  EXPECT_NE(status.message().find("settings.ping_interval"), std::string::npos) << status.message();
  EXPECT_FALSE(check_settings(schema, R"({"pign_interval": 1})").is_ok());
  EXPECT_FALSE(check_settings("", R"({"any": 1})").is_ok());
}

TEST(SettingsSchema, ASchemaThatIsNoneIsRefusedNotFollowed) {
  EXPECT_FALSE(check_settings("{", "{}").is_ok());
  EXPECT_FALSE(check_settings(R"({"type": 3})", "{}").is_ok());
}

}  // namespace
}  // namespace slipring::upgrade
