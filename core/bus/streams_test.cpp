#include "bus/streams.hpp"

#include <gtest/gtest.h>

#include "base/topic.hpp"
#include "event/cursor.hpp"

namespace slipring::bus {
namespace {

using Numbers = std::vector<uint32_t>;

std::shared_ptr<stream::History> stream_of(std::string name, uint32_t number,
                                           std::vector<std::string> filters) {
  stream::Settings settings;
  settings.name = std::move(name);
  settings.filters = std::move(filters);
  settings.durability = stream::Durability::memory;
  return std::make_shared<stream::History>(std::move(settings), number, 7);
}

Histories only_default() {
  return {stream_of("default", 1, {"#"})};
}

// Numbers are those of the log, so they need not ascend in the order of configuration.
Histories several() {
  return {stream_of("orders", 5, {"orders/#", "+/paid"}), stream_of("audit", 2, {"audit/#"}),
          stream_of("default", 1, {"#"})};
}

Destination destination(const Streams &streams, std::string_view topic) {
  return streams.destination(topic, hash_topic(topic));
}

TEST(Streams, ADefaultStreamHasAllTopicsAndIsAtHomeWhereItsLogIsWritten) {
  const Streams streams(4, {}, only_default());
  for (const char *topic : {"a", "game/42/move", "/", "$SYS/load"}) {
    EXPECT_EQ(destination(streams, topic).stream, 1u);
    EXPECT_EQ(destination(streams, topic).home, 4u);
  }
}

TEST(Streams, AStreamIsFoundByNumberAndByName) {
  const Streams streams(4, {}, several());
  ASSERT_EQ(streams.all().size(), 3u);
  EXPECT_EQ(streams.find(5), streams.all()[0].get());
  EXPECT_EQ(streams.find("audit"), streams.all()[1].get());
  EXPECT_EQ(streams.find(0u), nullptr);
  EXPECT_EQ(streams.find(3u), nullptr);
  EXPECT_EQ(streams.find("nobody"), nullptr);
}

TEST(Streams, ATopicBelongsToTheFirstStreamThatMatchesIt) {
  const Streams streams(2, {}, several());
  EXPECT_EQ(destination(streams, "orders/1").stream, 5u);
  EXPECT_EQ(destination(streams, "orders").stream, 5u);
  EXPECT_EQ(destination(streams, "audit/1").stream, 2u);
  EXPECT_EQ(destination(streams, "audit/paid").stream, 5u);
  EXPECT_EQ(destination(streams, "game/1").stream, 1u);
  EXPECT_EQ(destination(streams, "$SYS/paid").stream, 1u);
  for (const char *topic : {"orders/1", "audit/1", "game/1"}) {
    EXPECT_EQ(destination(streams, topic).home, 2u);
  }
}

TEST(Streams, AnEphemeralTopicHasNoStreamAndAHomeByItsHash) {
  const Streams streams(8, {"cursor/+", "live/#"}, only_default());
  EXPECT_EQ(destination(streams, "cursor/1").stream, 0u);
  EXPECT_EQ(destination(streams, "cursor/1").home, hash_topic("cursor/1") % 8);
  EXPECT_EQ(destination(streams, "live").stream, 0u);
  EXPECT_EQ(destination(streams, "cursor/1/x").stream, 1u);
}

TEST(Streams, EphemeralComesBeforeAnyStream) {
  const Streams streams(8, {"orders/now/#"}, several());
  EXPECT_EQ(destination(streams, "orders/now/1").stream, 0u);
  EXPECT_EQ(destination(streams, "orders/later").stream, 5u);
}

TEST(Streams, AFilterGoesToTheHomesOfAllThatItReaches) {
  const Streams streams(4, {"live/#"}, only_default());
  EXPECT_EQ(streams.homes("game/1"), Numbers{4});
  EXPECT_EQ(streams.homes("live/1"), Numbers{static_cast<uint32_t>(hash_topic("live/1") % 4)});
  EXPECT_EQ(streams.homes("live/+"), (Numbers{0, 1, 2, 3}));
  EXPECT_EQ(streams.homes("#"), (Numbers{0, 1, 2, 3, 4}));
  EXPECT_EQ(streams.homes("game/#"), Numbers{4});
}

TEST(Streams, AFilterThatReachesSeveralStreamsGoesToTheirHomeOnce) {
  const Streams streams(4, {}, several());
  EXPECT_EQ(streams.homes("#"), Numbers{4});
  EXPECT_EQ(streams.homes("+/paid"), Numbers{4});
}

TEST(Streams, AFilterReachesTheDefaultStreamUnlessAnEphemeralOneCoversIt) {
  const Streams streams(2, {"live/#", "a/+/c", "+/only"}, only_default());
  for (const char *filter :
       {"#", "+", "game/1", "a/#", "a/+/+", "+/b/c", "+/+", "$SYS/only", "$SYS/#"}) {
    EXPECT_EQ(streams.reached(filter), Numbers{1}) << filter;
  }
  for (const char *filter : {"live", "live/#", "live/+/x", "a/b/c", "a/+/c", "+/only", "x/only"}) {
    EXPECT_TRUE(streams.reached(filter).empty()) << filter;
  }
}

TEST(Streams, AFilterReachesTheStreamsWithTopicsItMatchesInTheOrderOfTheirNumbers) {
  const Streams streams(2, {}, several());
  EXPECT_EQ(streams.reached("#"), (Numbers{1, 2, 5}));
  EXPECT_EQ(streams.reached("+/1"), (Numbers{1, 2, 5}));
  EXPECT_EQ(streams.reached("audit/#"), (Numbers{2, 5}));
  EXPECT_EQ(streams.reached("audit/1"), Numbers{2});
  EXPECT_EQ(streams.reached("orders/+/x"), Numbers{5});
  EXPECT_EQ(streams.reached("game/paid"), Numbers{5});
  EXPECT_EQ(streams.reached("game/1"), Numbers{1});
  EXPECT_EQ(streams.reached("$SYS/#"), Numbers{1});
}

TEST(Streams, AFilterReachesEphemeralTopicsWhenBothMatchATopic) {
  const Streams streams(2, {"live/#"}, only_default());
  for (const char *filter : {"#", "+", "live", "live/1", "+/1"}) {
    EXPECT_TRUE(streams.reaches_ephemeral(filter)) << filter;
  }
  for (const char *filter : {"game/#", "livefeed", "$SYS/#"}) {
    EXPECT_FALSE(streams.reaches_ephemeral(filter)) << filter;
  }
}

TEST(Streams, FiltersMayTogetherReachAsManyStreamsAsACursorHolds) {
  Histories histories;
  std::vector<std::string> filters;
  for (uint32_t i = 1; i <= event::max_cursor_positions + 1; ++i) {
    filters.push_back("t" + std::to_string(i) + "/#");
    histories.push_back(stream_of("s" + std::to_string(i), i, {filters.back()}));
  }
  histories.push_back(stream_of("default", 100, {"#"}));
  const Streams streams(1, {"live/#"}, histories);
  const std::vector<std::string> most(filters.begin(), filters.end() - 1);
  EXPECT_TRUE(streams.check_reach(most).is_ok());
  const Status status = streams.check_reach(filters);
  EXPECT_EQ(status.code(), SLIPRING_RESOURCE_EXHAUSTED);
  EXPECT_EQ(status.message(), "the filters reach 9 streams, accepted: at most 8");
  EXPECT_FALSE(streams.check_reach(std::vector<std::string>{"#"}).is_ok());
  EXPECT_TRUE(streams.check_reach(std::vector<std::string>{"live/#", "t1/x", "t1/+"}).is_ok());
}

TEST(Streams, OverlapsAreReportedButNotWhatAWiderStreamLeavesToAnEarlierOne) {
  const Streams streams(1, {}, several());
  const auto overlaps = streams.overlaps();
  ASSERT_EQ(overlaps.size(), 1u);
  EXPECT_EQ(overlaps[0].first, "orders");
  EXPECT_EQ(overlaps[0].second, "audit");
  EXPECT_EQ(overlaps[0].first_filter, "+/paid");
  EXPECT_EQ(overlaps[0].second_filter, "audit/#");
  EXPECT_TRUE(Streams(1, {}, only_default()).overlaps().empty());
}

TEST(Streams, AStreamWithTheSameFilterAsAnEarlierOneOverlapsIt) {
  const Streams streams(
      1, {}, {stream_of("a", 1, {"x/#"}), stream_of("b", 2, {"x/#"}), stream_of("c", 3, {"#"})});
  const auto overlaps = streams.overlaps();
  ASSERT_EQ(overlaps.size(), 1u);
  EXPECT_EQ(overlaps[0].first, "a");
  EXPECT_EQ(overlaps[0].second, "b");
}

}  // namespace
}  // namespace slipring::bus
