#include "target.hpp"

#include <gtest/gtest.h>

#include <slipring/cpp/status.hpp>

namespace slipring::websocket {
namespace {

TEST(Targets, AreTakenApart) {
  const Target target = Target::parse("wss://example.org:8443/a/b?c=d?e");
  EXPECT_TRUE(target.secure);
  EXPECT_EQ(target.host, "example.org");
  EXPECT_EQ(target.authority, "example.org:8443");
  EXPECT_EQ(target.port, 8443);
  EXPECT_EQ(target.path, "/a/b");
  EXPECT_EQ(target.query, "c=d?e");
}

TEST(Targets, HaveDefaults) {
  EXPECT_EQ(Target::parse("ws://h").port, 80);
  EXPECT_EQ(Target::parse("wss://h").port, 443);
  EXPECT_EQ(Target::parse("ws://h").path, "/");
  EXPECT_EQ(Target::parse("ws://h?q").query, "q");
}

TEST(Targets, MayBeAddresses) {
  const Target target = Target::parse("ws://[::1]:9/x");
  EXPECT_EQ(target.host, "::1");
  EXPECT_EQ(target.authority, "[::1]:9");
  EXPECT_EQ(target.port, 9);
  EXPECT_EQ(Target::parse("ws://127.0.0.1:9").host, "127.0.0.1");
}

TEST(Targets, ThatAreNoneAreRefused) {
  for (const char *text : {"", "http://h", "ws://", "ws:///x", "ws://h:", "ws://h:0",
                           "ws://h:65536", "ws://h:8x", "ws://[::1", "ws://[::1]8", "ws://u@h",
                           "ws://h/a b", "ws://h/a#b", "ws://h/a\r\nX: y", "ws://h/\xc3\xa4"}) {
    EXPECT_THROW((void)Target::parse(text), sdk::Error) << text;
  }
}

}  // namespace
}  // namespace slipring::websocket
