#include "host/admin_config.hpp"

#include <gtest/gtest.h>

#include "host/config.hpp"

namespace slipring::host {
namespace {

TEST(AdminConfig, ListensOnLoopbackUnlessToldOtherwise) {
  EXPECT_EQ(Config().admin.listen, "127.0.0.1:9180");
  for (const char *listen : {"none", "127.0.0.1:0", "[::1]:9180", "127.9.9.9:1"}) {
    const auto config =
        parse_config("admin: { listen: \"" + std::string(listen) + "\" }\n", "c.yaml");
    ASSERT_TRUE(config) << config.status().message();
    EXPECT_EQ(config->admin.listen, listen);
  }
}

TEST(AdminConfig, OtherAddressesWantTheirPermission) {
  for (const char *listen : {":9180", "0.0.0.0:9180", "192.0.2.1:9180", "[2001:db8::1]:9180"}) {
    const std::string quoted = "listen: \"" + std::string(listen) + "\"";
    EXPECT_FALSE(parse_config("admin: { " + quoted + " }", "c.yaml")) << listen;
    EXPECT_FALSE(parse_config("admin: { " + quoted + ", allow_remote: false }", "c.yaml"));
    EXPECT_TRUE(parse_config("admin: { " + quoted + ", allow_remote: true }", "c.yaml")) << listen;
  }
}

TEST(AdminConfig, WhatIsWrongIsNamedWithItsPlaceAndWhatWouldBeRight) {
  const auto remote = parse_config("shards: 1\nadmin: { listen: \":9180\" }\n", "c.yaml");
  ASSERT_FALSE(remote);
  EXPECT_EQ(remote.status().message(),
            "c.yaml:2:18: listen: found \":9180\", accepted: a loopback address such as "
            "127.0.0.1:9180; none; others with allow_remote: true");
  const auto bad = parse_config("admin: { listen: everywhere }\n", "c.yaml");
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.status().message().find("c.yaml:1:18: listen: \"everywhere\" is no address"), 0u)
      << bad.status().message();
  const auto unknown = parse_config("admin: { port: 1 }\n", "c.yaml");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.status().message(),
            "c.yaml:1:10: admin: found \"port\", accepted: allow_remote, hosts, listen");
}

TEST(AdminConfig, HasTheNamesByWhichOthersReachIt) {
  const auto config = parse_config(
      "admin: { listen: \":9180\", allow_remote: true, hosts: [node-1, node-2] }\n", "c.yaml");
  ASSERT_TRUE(config) << config.status().message();
  EXPECT_EQ(config->admin.hosts, (std::vector<std::string>{"node-1", "node-2"}));
}

}  // namespace
}  // namespace slipring::host
