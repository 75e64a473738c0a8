#include "admin/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipring::admin {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(HostMetrics, CountersOfTheHostAndOfPluginsHaveNamesOfTheirOwn) {
  MetricFacts facts;
  facts.counters = {{"messages_sent_total", "", 3},
                    {"messages_sent_total", "web", 4},
                    {"requests_total", "lws", 5},
                    {"requests_total", "web", 6}};
  const std::string text = HostMetrics(facts).text();
  EXPECT_THAT(text, HasSubstr("# HELP slipring_messages_sent_total Messages handed to "
                              "transports.\n# TYPE slipring_messages_sent_total counter\n"
                              "slipring_messages_sent_total 3\n"));
  EXPECT_THAT(text, HasSubstr("slipring_plugin_messages_sent_total{plugin=\"web\"} 4\n"));
  EXPECT_THAT(text, HasSubstr("slipring_plugin_requests_total{plugin=\"lws\"} 5\n"
                              "slipring_plugin_requests_total{plugin=\"web\"} 6\n"));
}

TEST(HostMetrics, NamesOfPluginsThatWouldBreakTheTextAreLeftOutAndEqualOnesAreOneSeries) {
  MetricFacts facts;
  facts.counters = {{"bad name", "web", 1},
                    {"", "web", 1},
                    {"a\nb 1", "web", 1},
                    {"calls", "web", 2},
                    {"calls_total", "web", 3}};
  const std::string text = HostMetrics(facts).text();
  EXPECT_THAT(text, Not(HasSubstr("bad")));
  EXPECT_THAT(text, Not(HasSubstr("b 1")));
  EXPECT_THAT(text, HasSubstr("slipring_plugin_calls_total{plugin=\"web\"} 5\n"));
}

TEST(HostMetrics, AShardThatDoesNotAnswerIsSaidToBeSoAndHasNoOtherSamples) {
  MetricFacts facts;
  session::Occupancy occupancy;
  occupancy.sessions = 7;
  occupancy.queued_bytes = 1'000'000'007;
  facts.shards = {occupancy, std::nullopt};
  facts.endpoints = {{"public", "web", 9, std::nullopt}};
  const std::string text = HostMetrics(facts).text();
  EXPECT_THAT(text, HasSubstr("slipring_shard_responsive{shard=\"0\"} 1\n"
                              "slipring_shard_responsive{shard=\"1\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("slipring_sessions{shard=\"0\"} 7\n"));
  EXPECT_THAT(text, HasSubstr("slipring_queued_bytes{shard=\"0\"} 1000000007\n"));
  EXPECT_THAT(text, Not(HasSubstr("slipring_sessions{shard=\"1\"}")));
  EXPECT_THAT(text, Not(HasSubstr("slipring_endpoint_sessions")));
  EXPECT_THAT(text, HasSubstr("slipring_endpoint_connections_total{endpoint=\"public\","
                              "transport=\"web\"} 9\n"));
}

TEST(HostMetrics, SlicesOfMovesAreAHistogramInSeconds) {
  using namespace std::chrono_literals;
  upgrade::Report report{.plugin = "echo"};
  report.outcome = upgrade::Outcome::committed;
  session::MoveReport shard;
  shard.moved = 2;
  shard.slices = {150us, 1s};
  report.shards = {shard};
  MetricFacts facts;
  facts.upgrades.add(report);
  const std::string text = HostMetrics(facts).text();
  EXPECT_THAT(text, HasSubstr("# TYPE slipring_move_slice_seconds histogram\n"));
  EXPECT_THAT(text, HasSubstr("slipring_move_slice_seconds_bucket{le=\"0.0001\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("slipring_move_slice_seconds_bucket{le=\"0.1\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("slipring_move_slice_seconds_bucket{le=\"+Inf\"} 2\n"));
  EXPECT_THAT(text,
              HasSubstr("slipring_upgrades_total{plugin=\"echo\",outcome=\"committed\"} 1\n"));
  EXPECT_THAT(text,
              HasSubstr("slipring_session_moves_total{plugin=\"echo\",result=\"moved\"} 2\n"));
}

}  // namespace
}  // namespace slipring::admin
