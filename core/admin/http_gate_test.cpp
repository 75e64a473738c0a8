#include "admin/http_gate.hpp"

#include <gtest/gtest.h>

namespace slipring::admin {
namespace {

TEST(HttpGate, TakesLoopbackNamesAndAddresses) {
  for (const char *host : {"localhost", "LocalHost:9180", "127.0.0.1", "127.0.0.1:9180",
                           "127.8.9.10:1", "[::1]", "[::1]:9180"}) {
    EXPECT_EQ(HttpGate{}.refusal(host, ""), "") << host;
  }
}

TEST(HttpGate, RefusesEveryOtherHost) {
  for (const char *host :
       {"", "example.org", "example.org:9180", "127.0.0.1.example.org", "localhost.example.org",
        "192.0.2.1:9180", "::1", "[::1", "[127.0.0.1]", "127.0.0.1:port", "localhost:9180:1",
        "0.0.0.0", "[::ffff:192.0.2.1]", "user@localhost", "2130706433"}) {
    EXPECT_NE(HttpGate{}.refusal(host, ""), "") << host;
  }
}

TEST(HttpGate, TakesOriginsOfThisMachineAlone) {
  const HttpGate gate;
  for (const char *origin : {"", "http://localhost:3000", "https://127.0.0.1", "http://[::1]:80"}) {
    EXPECT_EQ(gate.refusal("127.0.0.1:9180", origin), "") << origin;
  }
  for (const char *origin : {"null", "http://example.org", "http://localhost.example.org",
                             "file://localhost", "localhost", "http://"}) {
    EXPECT_NE(gate.refusal("127.0.0.1:9180", origin), "") << origin;
  }
}

TEST(HttpGate, WithRemoteAnyAddressAndTheNamesOfTheListAreTaken) {
  const HttpGate gate{.remote = true, .hosts = {"node-1.example.org"}};
  EXPECT_EQ(gate.refusal("192.0.2.1:9180", ""), "");
  EXPECT_EQ(gate.refusal("Node-1.example.org:9180", ""), "");
  EXPECT_EQ(gate.refusal("localhost", ""), "");
  EXPECT_NE(gate.refusal("example.org", ""), "");
  EXPECT_EQ(gate.refusal("192.0.2.1:9180", "http://192.0.2.1:9180"), "");
  EXPECT_NE(gate.refusal("192.0.2.1:9180", "http://example.org"), "");
}

TEST(HttpGate, SaysWhatItFoundAndWhatItTakes) {
  EXPECT_EQ(HttpGate{}.refusal("example.org", ""),
            "Host: found \"example.org\", accepted: localhost, a loopback address");
}

}  // namespace
}  // namespace slipring::admin
