#include "host/link_config.hpp"

#include <gtest/gtest.h>

#include "host/config.hpp"

namespace slipring::host {
namespace {

std::string error_of(const std::string &text) {
  const auto config = parse_config(text, "c.yaml");
  return config ? "" : config.status().message();
}

TEST(LinkConfig, TakesEverythingThatIsDocumented) {
  const auto config = parse_config(R"(
links:
  - name: prices
    transport: other
    target: "wss://example.org/feed?x=1"
    adapter: feed
    subprotocol: slipring.json.v1
    origin: https://example.com
    tls: { authorities: /etc/ca.pem }
    settings: { ping_interval: 5s }
)",
                                   "c.yaml");
  ASSERT_TRUE(config) << config.status().message();
  ASSERT_EQ(config->links.size(), 1u);
  const edge::LinkSettings &link = config->links[0];
  EXPECT_EQ(link.name, "prices");
  EXPECT_EQ(link.transport, "other");
  EXPECT_EQ(link.target, "wss://example.org/feed?x=1");
  EXPECT_EQ(link.adapter, "feed");
  EXPECT_EQ(link.subprotocol, "slipring.json.v1");
  EXPECT_EQ(link.origin, "https://example.com");
  EXPECT_EQ(link.authorities, "/etc/ca.pem");
  EXPECT_EQ(link.settings, R"({"ping_interval":"5s"})");
}

TEST(LinkConfig, NeedsLittle) {
  const auto config = parse_config("links: [{ name: a, target: 'ws://h', adapter: feed }]", "c");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->links[0].transport, "lws");
  EXPECT_EQ(config->links[0].settings, "{}");
}

TEST(LinkConfig, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(error_of("links: 3"), "c.yaml:1:8: links: found \"3\", accepted: a list");
  EXPECT_EQ(error_of("links: [{ name: a, target: example.org, adapter: feed }]"),
            "c.yaml:1:28: target: found \"example.org\", accepted: an address such as "
            "wss://host/path");
  EXPECT_NE(error_of("links: [{ name: a, target: 'ws://h' }]").find("adapter"), std::string::npos);
  EXPECT_NE(error_of("links: [{ name: a, target: 'ws://h', adapter: f, tls: { verify: no } }]")
                .find("verify"),
            std::string::npos);
  EXPECT_EQ(error_of("links: [{ name: a, target: 'ws://h', adapter: f },\n"
                     "        { name: a, target: 'ws://h', adapter: f }]"),
            "c.yaml:2:9: links: two are named \"a\"");
}

}  // namespace
}  // namespace slipring::host
