#include "bus/streams.hpp"

#include <gtest/gtest.h>

#include "base/topic.hpp"

namespace slipring::bus {
namespace {

constexpr uint64_t epoch = 7;

Destination destination(const Streams &streams, std::string_view topic) {
  return streams.destination(topic, hash_topic(topic));
}

TEST(Streams, WithoutConfigurationAllTopicsBelongToTheDefaultStream) {
  const Streams streams(4, {}, epoch);
  ASSERT_EQ(streams.all().size(), 1u);
  const StreamInfo &info = *streams.find(1);
  EXPECT_EQ(info.name, "default");
  EXPECT_EQ(info.filters, std::vector<std::string>{"#"});
  EXPECT_EQ(info.durability, Durability::memory);
  EXPECT_EQ(info.epoch, epoch);
  EXPECT_LT(info.home, 4u);
  for (const char *topic : {"a", "game/42/move", "/", "$SYS/load"}) {
    EXPECT_EQ(destination(streams, topic).stream, 1u);
    EXPECT_EQ(destination(streams, topic).home, info.home);
  }
  EXPECT_EQ(streams.find(0), nullptr);
  EXPECT_EQ(streams.find(2), nullptr);
}

TEST(Streams, AnEphemeralTopicHasNoStreamAndAHomeByItsHash) {
  const Streams streams(8, {"cursor/+", "live/#"}, epoch);
  EXPECT_EQ(destination(streams, "cursor/1").stream, 0u);
  EXPECT_EQ(destination(streams, "cursor/1").home, hash_topic("cursor/1") % 8);
  EXPECT_EQ(destination(streams, "live").stream, 0u);
  EXPECT_EQ(destination(streams, "cursor/1/x").stream, 1u);
}

TEST(Streams, AFilterGoesToTheHomesOfAllThatItReaches) {
  const Streams streams(4, {"live/#"}, epoch);
  const uint32_t stream_home = streams.find(1)->home;
  EXPECT_EQ(streams.homes("game/1"), std::vector<uint32_t>{stream_home});
  EXPECT_EQ(streams.homes("live/1"),
            std::vector<uint32_t>{static_cast<uint32_t>(hash_topic("live/1") % 4)});
  EXPECT_EQ(streams.homes("live/+"), (std::vector<uint32_t>{0, 1, 2, 3}));
  EXPECT_EQ(streams.homes("#"), (std::vector<uint32_t>{0, 1, 2, 3}));
  EXPECT_EQ(streams.homes("game/#"), std::vector<uint32_t>{stream_home});
}

TEST(Streams, AFilterReachesTheDefaultStreamUnlessAnEphemeralOneCoversIt) {
  const Streams streams(2, {"live/#", "a/+/c", "+/only"}, epoch);
  for (const char *filter :
       {"#", "+", "game/1", "a/#", "a/+/+", "+/b/c", "+/+", "$SYS/only", "$SYS/#"}) {
    EXPECT_EQ(streams.reached(filter), std::vector<uint32_t>{1}) << filter;
  }
  for (const char *filter : {"live", "live/#", "live/+/x", "a/b/c", "a/+/c", "+/only", "x/only"}) {
    EXPECT_TRUE(streams.reached(filter).empty()) << filter;
  }
}

TEST(Streams, AFilterReachesEphemeralTopicsWhenBothMatchATopic) {
  const Streams streams(2, {"live/#"}, epoch);
  for (const char *filter : {"#", "+", "live", "live/1", "+/1"}) {
    EXPECT_TRUE(streams.reaches_ephemeral(filter)) << filter;
  }
  for (const char *filter : {"game/#", "livefeed", "$SYS/#"}) {
    EXPECT_FALSE(streams.reaches_ephemeral(filter)) << filter;
  }
}

}  // namespace
}  // namespace slipring::bus
