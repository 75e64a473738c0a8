#include "settings.hpp"

#include <gtest/gtest.h>

#include <slipring/cpp/status.hpp>

namespace slipring::websocket {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Settings, HaveDefaults) {
  for (const char *json : {"", "{}"}) {
    const Settings settings = Settings::parse(json);
    EXPECT_EQ(settings.handshake_timeout, seconds(10));
    EXPECT_EQ(settings.liveness.ping_interval, seconds(30));
    EXPECT_EQ(settings.handshake_limit, 8192u);
  }
}

TEST(Settings, TakeSecondsOrANumberWithItsUnit) {
  const Settings settings = Settings::parse(
      R"({"handshake_timeout": 0.25, "ping_interval": "2min", "pong_timeout": "1.5s",
          "close_timeout": "250ms", "handshake_limit": 4096})");
  EXPECT_EQ(settings.handshake_timeout, milliseconds(250));
  EXPECT_EQ(settings.liveness.ping_interval, seconds(120));
  EXPECT_EQ(settings.liveness.pong_timeout, milliseconds(1500));
  EXPECT_EQ(settings.liveness.close_timeout, milliseconds(250));
  EXPECT_EQ(settings.handshake_limit, 4096u);
}

TEST(Settings, OfTlsDoNotOfferHttp2) {
  EXPECT_FALSE(Settings::parse("{}").tls);
  const Settings settings =
      Settings::parse(R"({"tls": {"certificates": [{"certificate": "a.pem", "key": "a.key"}]}})");
  ASSERT_TRUE(settings.tls);
  EXPECT_EQ(settings.tls->certificates.at(0).key, "a.key");
  EXPECT_FALSE(settings.tls->http2);
}

TEST(Settings, SayWhatIsWrong) {
  for (const char *json :
       {"[]", "{", R"({"ping_interval": "soon"})", R"({"ping_interval": "3h"})",
        R"({"ping_interval": 0})", R"({"close_timeout": 6})", R"({"ping_timeout": 1})"}) {
    EXPECT_THROW((void)Settings::parse(json), sdk::Error) << json;
  }
}

}  // namespace
}  // namespace slipring::websocket
