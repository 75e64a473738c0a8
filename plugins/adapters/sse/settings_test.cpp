#include "settings.hpp"

#include <gtest/gtest.h>

#include <slipring/cpp/status.hpp>

namespace slipring::sse {
namespace {

using namespace std::chrono_literals;

TEST(Settings, HaveDefaults) {
  const Settings settings = parse_settings("{}");
  EXPECT_EQ(settings.heartbeat, 15s);
  EXPECT_EQ(settings.retry, 2s);
  EXPECT_FALSE(settings.stop);
  EXPECT_TRUE(settings.cors.origins.empty());
  EXPECT_EQ(settings.cors.max_age, 10min);
}

TEST(Settings, AreRead) {
  const Settings settings = parse_settings(
      R"({"heartbeat":"250ms","retry":1.5,"stop":true,)"
      R"("cors":{"origins":["https://a.example","http:\/\/b"],"credentials":true,"max_age":"2min"}})");
  EXPECT_EQ(settings.heartbeat, 250ms);
  EXPECT_EQ(settings.retry, 1500ms);
  EXPECT_TRUE(settings.stop);
  EXPECT_EQ(settings.cors.origins, (std::vector<std::string>{"https://a.example", "http://b"}));
  EXPECT_TRUE(settings.cors.credentials);
  EXPECT_EQ(settings.cors.max_age, 2min);
}

TEST(Settings, ThatMakeNoSenseAreRefused) {
  for (const char *json :
       {R"({"heartbeat":"10h"})", R"({"heartbeat":0.0001})", R"({"retry":"x"})",
        R"({"retry":"25000min"})", R"({"cors":{"origins":["*"],"credentials":true}})", "[]"}) {
    EXPECT_THROW(parse_settings(json), sdk::Error) << json;
  }
}

}  // namespace
}  // namespace slipring::sse
