#include "host/stream_config.hpp"

#include <gtest/gtest.h>

#include "host/config.hpp"

namespace slipring::host {
namespace {

using stream::Durability;

std::vector<stream::Settings> streams_of(const std::string &text) {
  const auto config = parse_config(text, "c.yaml");
  EXPECT_TRUE(config) << config.status().message();
  return config ? config->streams : std::vector<stream::Settings>{};
}

TEST(StreamConfig, WithoutAnyThereIsTheDefaultOneThatIsSynced) {
  for (const char *const text : {"", "streams: []"}) {
    const auto streams = streams_of(text);
    ASSERT_EQ(streams.size(), 1u);
    EXPECT_EQ(streams[0].name, "default");
    EXPECT_EQ(streams[0].filters, std::vector<std::string>{"#"});
    EXPECT_EQ(streams[0].durability, Durability::fsync);
    EXPECT_EQ(streams[0].retention.age, std::chrono::hours(24));
    EXPECT_EQ(streams[0].retention.bytes, uint64_t{1} << 30);
  }
}

TEST(StreamConfig, TakesEverythingThatIsDocumented) {
  const auto streams = streams_of(R"(
streams:
  - name: scores
    filters: ["game/#", "match/+/score"]
    durability: log
    retention: {age: 7d, bytes: 1GiB, events: 1000000, per_topic: 10}
    ring: 1MiB
    deduplication: {window: 5min, ids: 1000}
)");
  ASSERT_EQ(streams.size(), 2u);
  const stream::Settings &scores = streams[0];
  EXPECT_EQ(scores.name, "scores");
  EXPECT_EQ(scores.filters, (std::vector<std::string>{"game/#", "match/+/score"}));
  EXPECT_EQ(scores.durability, Durability::log);
  EXPECT_EQ(scores.retention.age, std::chrono::hours(7 * 24));
  EXPECT_EQ(scores.retention.bytes, uint64_t{1} << 30);
  EXPECT_EQ(scores.retention.events, 1'000'000u);
  EXPECT_EQ(scores.retention.per_topic, 10u);
  EXPECT_EQ(scores.ring_bytes, size_t{1} << 20);
  EXPECT_EQ(scores.deduplication_window, std::chrono::minutes(5));
  EXPECT_EQ(scores.deduplication_ids, 1'000u);
  EXPECT_EQ(streams[1].name, "default");
}

TEST(StreamConfig, TheDefaultOneIsTheLastWhereverItStands) {
  const auto streams = streams_of(R"(
streams:
  - {name: default, durability: memory}
  - {name: b, filters: [b]}
  - {name: a, filters: [a]}
)");
  ASSERT_EQ(streams.size(), 3u);
  EXPECT_EQ(streams[0].name, "b");
  EXPECT_EQ(streams[1].name, "a");
  EXPECT_EQ(streams[2].name, "default");
  EXPECT_EQ(streams[2].durability, Durability::memory);
}

TEST(StreamConfig, ARetentionThatIsGivenIsAllThereIs) {
  const auto streams = streams_of("streams: [{name: a, filters: [a], retention: {events: 5}}]");
  ASSERT_EQ(streams.size(), 2u);
  EXPECT_EQ(streams[0].retention.events, 5u);
  EXPECT_EQ(streams[0].retention.age, std::chrono::nanoseconds(0)) << "without limit";
  EXPECT_EQ(streams[0].retention.bytes, 0u);
}

struct Bad {
  const char *stream;   // stands behind "streams: "
  const char *message;  // of line 1; how it begins
};

class BadStream : public testing::TestWithParam<Bad> {};

TEST_P(BadStream, SaysWhereAndWhatIsAccepted) {
  const auto config = parse_config("streams: " + std::string(GetParam().stream), "c.yaml");
  ASSERT_FALSE(config);
  EXPECT_EQ(config.status().message().substr(0, std::string(GetParam().message).size()),
            GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    StreamConfig, BadStream,
    testing::Values(
        Bad{"3", "c.yaml:1:10: streams: found \"3\", accepted: a list"},
        Bad{"[a]", "c.yaml:1:11: stream: found \"a\", accepted: a map"},
        Bad{"[{filters: [a]}]", "c.yaml:1:11: stream: \"name\" is missing"},
        Bad{"[{name: A, filters: [a]}]",
            "c.yaml:1:18: name: found \"A\", accepted: a letter from a to z, then up to 31 of"},
        Bad{"[{name: a}]", "c.yaml:1:11: stream: \"filters\" is missing"},
        Bad{"[{name: a, filters: []}]", "c.yaml:1:30: filters: found none, accepted: at least"},
        Bad{"[{name: a, filters: {a: b}}]", "c.yaml:1:30: filters: found a map, accepted: "},
        Bad{"[{name: a, filters: [a/#/b]}]", "c.yaml:1:30: filters: found \"a/#/b\": "},
        Bad{"[{name: a, filters: [a]}, {name: a, filters: [b]}]",
            "c.yaml:1:36: streams: two are named \"a\""},
        Bad{"[{name: default, filters: [a]}]",
            "c.yaml:1:36: filters: the default stream has what no other has, accepted: [\"#\"]"},
        Bad{"[{name: a, filters: [a], durability: disk}]",
            "c.yaml:1:47: durability: found \"disk\", accepted: memory, log, fsync"},
        Bad{"[{name: a, filters: [a], keep: 3}]",
            "c.yaml:1:35: stream: found \"keep\", accepted: deduplication, durability, filters, "
            "name, retention, ring"},
        Bad{"[{name: a, filters: [a], retention: 3}]",
            "c.yaml:1:46: retention: found \"3\", accepted: a map"},
        Bad{"[{name: a, filters: [a], retention: {size: 3}}]",
            "c.yaml:1:47: retention: found \"size\", accepted: age, bytes, events, per_topic"},
        Bad{"[{name: a, filters: [a], retention: {age: soon}}]",
            "c.yaml:1:52: age: \"soon\" is no duration; accepted"},
        Bad{"[{name: a, filters: [a], retention: {bytes: big}}]",
            "c.yaml:1:54: bytes: \"big\" is no size; accepted"},
        Bad{"[{name: a, filters: [a], retention: {events: 0}}]",
            "c.yaml:1:55: events: found \"0\", accepted: 1 to 1000000000000"},
        Bad{"[{name: a, filters: [a], retention: {per_topic: 1000001}}]",
            "c.yaml:1:58: per_topic: found \"1000001\", accepted: 1 to 1000000"},
        Bad{"[{name: a, filters: [a], durability: memory, retention: {per_topic: 1}}]",
            "c.yaml:1:11: per_topic: a stream in memory keeps no count per topic, accepted with"},
        Bad{"[{name: a, filters: [a], ring: some}]",
            "c.yaml:1:41: ring: \"some\" is no size; accepted"},
        Bad{"[{name: a, filters: [a], deduplication: {ids: none}}]",
            "c.yaml:1:56: ids: found \"none\", accepted: 1 to 1000000000"},
        Bad{"[{name: a, filters: [a], deduplication: {time: 1s}}]",
            "c.yaml:1:51: deduplication: found \"time\", accepted: ids, window"}));

}  // namespace
}  // namespace slipring::host
