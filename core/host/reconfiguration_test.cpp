#include "host/reconfiguration.hpp"

#include <gtest/gtest.h>

namespace slipring::host {
namespace {

Config parsed(const std::string &text) {
  auto config = parse_config(text, "c.yaml");
  EXPECT_TRUE(config) << config.status().message();
  return std::move(*config);
}

std::string joined(const std::vector<std::string> &names) {
  std::string text;
  for (const std::string &name : names) text += (text.empty() ? "" : " ") + name;
  return text;
}

TEST(Reconfiguration, WhatConcernsPluginsIsTakenOver) {
  const Reread reread = take_over(parsed(""), parsed(R"(
plugins: {allow_downgrade: true}
adapters: {echo: {rate: 2}}
mounts: [{path: /x, adapter: echo, endpoint: lws}]
upgrade: {probation: 1s, allow: []}
log: {level: warn}
)"));
  EXPECT_EQ(joined(reread.needs_restart), "");
  EXPECT_TRUE(reread.config.allow_downgrade);
  EXPECT_EQ(reread.config.adapters.at("echo"), R"({"rate":2})");
  EXPECT_EQ(reread.config.mounts->at(0).path, "/x");
  EXPECT_EQ(reread.config.upgrade_probation, std::chrono::seconds(1));
  EXPECT_TRUE(reread.config.upgrade_allow->empty());
  EXPECT_EQ(reread.config.log_level, observe::LogLevel::warn);
}

TEST(Reconfiguration, WhatNeedsARestartStaysAsItIsAndIsNamed) {
  const Config running = parsed("shards: 2");
  const Reread reread = take_over(running, parsed(R"(
shards: 3
plugins: {directory: /elsewhere, watch: true}
endpoints: [{name: other, listen: ":1"}]
links: [{name: a, target: "ws://x/", adapter: feed}]
limits: {stall: 1s}
ephemeral: ["a/#"]
streams: [{name: s, filters: ["s/#"]}]
shutdown: {grace: 1s, pace: 1}
watchdog: {restart: 0s}
admin: {listen: none}
mounts: [{path: /x, adapter: echo, endpoint: other}]
)"));
  EXPECT_EQ(joined(reread.needs_restart),
            "shards plugins.directory plugins.watch endpoints links limits ephemeral streams "
            "shutdown watchdog admin mounts");
  EXPECT_EQ(reread.config.shards, 2u);
  EXPECT_EQ(reread.config.endpoints, running.endpoints);
  EXPECT_FALSE(reread.config.mounts) << "on an endpoint that does not run";
  EXPECT_EQ(reread.config.shutdown_grace, running.shutdown_grace);
  EXPECT_EQ(joined(take_over(running, parsed("shards: 2")).needs_restart), "");
}

}  // namespace
}  // namespace slipring::host
