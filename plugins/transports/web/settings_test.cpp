#include "settings.hpp"

#include <gmock/gmock.h>

#include <slipring/cpp/status.hpp>
#include <string>

namespace slipring::web {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

std::string refusal(std::string_view json) {
  try {
    Settings::parse(json);
  } catch (const sdk::Error &error) {
    return error.what();
  }
  return "none";
}

TEST(WebSettings, NothingIsTheDefaults) {
  const Settings settings = Settings::parse("");
  EXPECT_EQ(settings.times.head, 10s);
  EXPECT_EQ(settings.http.head, 16u * 1024);
  EXPECT_FALSE(settings.tls);
}

TEST(WebSettings, EachPartIsRead) {
  const Settings settings = Settings::parse(R"({
    "connections": 7, "times": {"idle": "250ms", "body": 2}, "http": {"body": 5},
    "http2": {"streams": 3, "interval": "1min"}, "websocket": {"compress": false},
    "tls": {"certificates": [{"certificate": "a", "key": "b"}, {"certificate": "c", "key": "d"}],
            "clients": "required", "client_authorities": "e", "minimum": "1.3"}})");
  EXPECT_EQ(settings.connections, 7u);
  EXPECT_EQ(settings.times.idle, 250ms);
  EXPECT_EQ(settings.times.body, 2s);
  EXPECT_EQ(settings.http.body, 5u);
  EXPECT_EQ(settings.http2.streams, 3u);
  EXPECT_EQ(settings.http2.interval, 60s);
  EXPECT_FALSE(settings.websocket.compress);
  ASSERT_TRUE(settings.tls);
  EXPECT_EQ(settings.tls->certificates.at(1).key, "d");
  EXPECT_EQ(settings.tls->clients, tls::Clients::required);
  EXPECT_FALSE(settings.tls->tls12);
}

TEST(WebSettings, WhatIsWrongIsNamed) {
  EXPECT_THAT(refusal(R"({"time": {}})"), HasSubstr("unknown setting time"));
  EXPECT_THAT(refusal(R"({"times": {"head": "10h"}})"), HasSubstr("times: head: found unit \"h\""));
  EXPECT_THAT(refusal(R"({"tls": {"certificates": []}})"), HasSubstr("at least one"));
  EXPECT_THAT(refusal(R"({"tls": {"certificates": [{"certificate": "a", "key": "b"}],
                                  "clients": "asked"}})"),
              HasSubstr("client_authorities"));
}

}  // namespace
}  // namespace slipring::web
