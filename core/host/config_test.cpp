#include "host/config.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace slipring::host {
namespace {

TEST(Config, AnEmptyFileIsTheDefault) {
  const auto config = parse_config("", "c.yaml");
  ASSERT_TRUE(config) << config.status().message();
  ASSERT_EQ(config->endpoints.size(), 2u);
  EXPECT_EQ(config->endpoints[0].listen, ":8080");
  EXPECT_EQ(config->endpoints[0].transport, "web");
  EXPECT_EQ(config->endpoints[1].listen, ":8081");
  EXPECT_EQ(config->endpoints[1].transport, "lws");
  EXPECT_FALSE(config->mounts);
}

TEST(Config, SaysWhereSettingsOfAdaptersStand) {
  const auto config = parse_config("adapters:\n  echo:\n    a: [1, {b: 2}]\n", "c.yaml");
  ASSERT_TRUE(config) << config.status().message();
  const upgrade::Places &places = config->adapter_places.at("echo");
  EXPECT_EQ(places.at("settings"), "c.yaml:3:5");
  EXPECT_EQ(places.at("settings.a"), "c.yaml:3:8");
  EXPECT_EQ(places.at("settings.a.1.b"), "c.yaml:3:16");
}

TEST(Config, TakesAnAllowListOrAFileOfIt) {
  const std::string hash(64, 'a');
  const auto listed = parse_config("upgrade: {allow: [" + hash + "]}", "c.yaml");
  ASSERT_TRUE(listed) << listed.status().message();
  EXPECT_TRUE(listed->upgrade_allow->contains(hash));
  const auto wrong = parse_config("upgrade: {allow: [abc]}", "c.yaml");
  EXPECT_EQ(wrong.status().message(),
            "c.yaml:1:19: allow: found \"abc\", accepted: a SHA-256, 64 digits 0 to 9 and a to f");
  const std::string file = testing::TempDir() + "slipring-allow";
  std::ofstream(file) << "# plugins\n" << hash << "  echo.so\n";
  const auto read = parse_config("upgrade: {allow: " + file + "}", "c.yaml");
  ASSERT_TRUE(read) << read.status().message();
  EXPECT_EQ(read->upgrade_allow->size(), 1u);
  std::ofstream(file) << "echo.so\n";
  const auto bad = parse_config("upgrade: {allow: " + file + "}", "c.yaml");
  EXPECT_NE(bad.status().message().find("in " + file + ":1, accepted"), std::string::npos)
      << bad.status().message();
  std::filesystem::remove(file);
  EXPECT_FALSE(parse_config("upgrade: {allow: " + file + "}", "c.yaml"));
}

TEST(Config, TakesEverythingThatIsDocumented) {
  const auto config = parse_config(R"(
shards: 3
plugins: {directory: /srv/plugins, allow_downgrade: true}
endpoints:
  - name: public
    listen: "127.0.0.1:9000"
    transport: lws
    origins: ["https://example.org"]
    settings: {ping_interval: 0.5, title: "1", list: [true, null]}
mounts:
  - {path: /echo, adapter: echo, endpoint: public}
  - {path: "/topics/*", adapter: rest}
adapters:
  echo: {}
limits: {message: 64KiB, queue_bytes: 2MiB, queue_messages: 10, stall: 1s, state: 1KiB, subscriptions: 5,
         filters: 6, operations: 7, drop: latest per key}
ephemeral: ["sensor/#", "+/state"]
upgrade: {slice: 100us, max_failed_moves: 10%, drain: 2min, max_draining: 5, rehearsal: {time: 2s, memory: 64MiB, samples: 0}}
shutdown: {grace: 2s, pace: 100, reconnects: 50}
watchdog: {callback: 50ms, restart: 0s}
log: {level: warn, format: json}
)",
                                   "c.yaml");
  ASSERT_TRUE(config) << config.status().message();
  EXPECT_EQ(config->shards, 3u);
  EXPECT_EQ(config->endpoints[0].settings,
            R"({"ping_interval":5E-1,"title":"1","list":[true,null]})");
  EXPECT_EQ(config->mounts->at(0).endpoints.at(0), "public");
  EXPECT_EQ(config->mounts->at(1).path, "/topics/*");
  EXPECT_EQ(config->limits.message, 65536u);
  EXPECT_EQ(config->limits.subscriptions, 5u);
  EXPECT_EQ(config->limits.drop, static_cast<uint32_t>(SLIPRING_DROP_LATEST_PER_KEY));
  EXPECT_EQ(config->ephemeral, (std::vector<std::string>{"sensor/#", "+/state"}));
  EXPECT_EQ(config->shutdown_reconnects, 50u);
  EXPECT_EQ(config->watchdog.callback, std::chrono::milliseconds(50));
  EXPECT_EQ(config->watchdog.restart, std::chrono::seconds(0));
  EXPECT_DOUBLE_EQ(config->max_failed_moves, 0.1);
  EXPECT_EQ(config->rehearsal.time, std::chrono::seconds(2));
  EXPECT_EQ(config->rehearsal.memory, uint64_t{64} << 20);
  EXPECT_EQ(config->rehearsal.samples, 0u);
  EXPECT_EQ(config->upgrade_drain, std::chrono::minutes(2));
  EXPECT_EQ(config->upgrade_max_draining, 5u);
}

struct Bad {
  const char *text;
  const char *message;
};

class BadConfig : public testing::TestWithParam<Bad> {};

TEST_P(BadConfig, SaysWhereAndWhatIsAccepted) {
  const auto config = parse_config(GetParam().text, "c.yaml");
  ASSERT_FALSE(config) << GetParam().text;
  EXPECT_EQ(config.status().message().substr(0, std::string(GetParam().message).size()),
            GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Config, BadConfig,
    testing::Values(
        Bad{"shards: many", "c.yaml:1:9: shards: found \"many\", accepted: 1 to 255"},
        Bad{"shards: 0", "c.yaml:1:9: shards: found \"0\", accepted: 1 to 255"},
        Bad{"shard: 2",
            "c.yaml:1:1: configuration: found \"shard\", accepted: access, adapters, admin, "
            "endpoints"},
        Bad{"shards: 2\nlimits:\n  mesage: 1MiB",
            "c.yaml:3:3: limits: found \"mesage\", accepted: drop, filters, message"},
        Bad{"limits: {message: big}", "c.yaml:1:19: message: \"big\" is no size; accepted: 65536"},
        Bad{"limits: {message: 0}", "c.yaml:1:19: message: found \"0\", accepted: more than 0"},
        Bad{"watchdog: {callback: 1us}",
            "c.yaml:1:22: callback: found \"1us\", accepted: from 1ms"},
        Bad{"watchdog: {callback: 1s, restart: 100ms}",
            "c.yaml:1:35: restart: found \"100ms\", accepted: 0s (never)"},
        Bad{"limits: 3", "c.yaml:1:9: limits: found \"3\", accepted: a map"},
        Bad{"endpoints: [{name: a}]", "c.yaml:1:13: endpoint: \"listen\" is missing"},
        Bad{"endpoints: [{name: a, listen: 8080}]",
            "c.yaml:1:31: listen: \"8080\" is no address to listen on; accepted"},
        Bad{"mounts: [{path: echo, adapter: echo}]",
            "c.yaml:1:17: path: found \"echo\", accepted: a path that begins with /"},
        Bad{"mounts: [{path: /a*, adapter: echo}]",
            "c.yaml:1:17: path: found \"/a*\", accepted: a path that begins with / and has no "
            "query; * only as its end /*"},
        Bad{"mounts: [{path: /*/a, adapter: echo}]", "c.yaml:1:17: path: found \"/*/a\""},
        Bad{"mounts: [{path: \"/a?b\", adapter: echo}]", "c.yaml:1:17: path: found \"/a?b\""},
        Bad{"mounts: [{path: /e, adapter: echo, endpoint: none}]",
            "c.yaml:1:46: endpoint: found \"none\", accepted: public"},
        Bad{"log: {level: loud}",
            "c.yaml:1:14: level: found \"loud\", accepted: debug, info, warn, error"},
        Bad{"plugins: {allow_downgrade: yes}",
            "c.yaml:1:28: allow_downgrade: found \"yes\", accepted: true, false"},
        Bad{"upgrade: {rehearsal: {time: 0s}}",
            "c.yaml:1:29: time: found \"0s\", accepted: 1ms to 1h"},
        Bad{"upgrade: {rehearsal: {memory: 1KiB}}",
            "c.yaml:1:31: memory: found \"1KiB\", accepted: 1MiB to 1024GiB"},
        Bad{"upgrade: {rehearsal: {sample: 1}}",
            "c.yaml:1:23: rehearsal: found \"sample\", accepted: memory, samples, time"},
        Bad{"shards: 2\nshards: 3", "c.yaml:2:1: configuration: \"shards\" stands here twice"},
        Bad{"a: [", "c.yaml:"}));

}  // namespace
}  // namespace slipring::host
