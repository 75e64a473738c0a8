#include "bus/filter_index.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "base/topic.hpp"
#include "bus/testing.hpp"

namespace slipring::bus {
namespace {

Match who(uint32_t subscription) {
  return {nullptr, subscription};
}

std::vector<uint32_t> matching(FilterIndex &index, std::string_view topic) {
  std::vector<uint32_t> found;
  for (const Match &match : index.match(topic)) found.push_back(match.subscription);
  return found;
}

using Numbers = std::vector<uint32_t>;

TEST(FilterIndex, AnExactFilterMatchesItsTopicAlone) {
  FilterIndex index;
  index.add("a/b", who(1));
  EXPECT_EQ(matching(index, "a/b"), Numbers{1});
  for (const char *topic : {"a", "a/b/c", "a/", "b", "/a/b"}) {
    EXPECT_TRUE(matching(index, topic).empty()) << topic;
  }
}

TEST(FilterIndex, PlusMatchesOneLevelAndHashAnyNumberAlsoNone) {
  FilterIndex index;
  index.add("a/+/c", who(1));
  index.add("a/#", who(2));
  index.add("+", who(3));
  index.add("#", who(4));
  EXPECT_EQ(matching(index, "a/b/c"), (Numbers{1, 2, 4}));
  EXPECT_EQ(matching(index, "a//c"), (Numbers{1, 2, 4}));
  EXPECT_EQ(matching(index, "a"), (Numbers{2, 3, 4}));
  EXPECT_EQ(matching(index, "/"), Numbers{4});
}

TEST(FilterIndex, WildcardsDoNotMatchAFirstLevelOfTheHost) {
  FilterIndex index;
  index.add("#", who(1));
  index.add("+/load", who(2));
  index.add("$SYS/+", who(3));
  index.add("$SYS/#", who(4));
  EXPECT_EQ(matching(index, "$SYS/load"), (Numbers{3, 4}));
}

TEST(FilterIndex, ASubscriptionWithSeveralMatchingFiltersAppearsOnce) {
  FilterIndex index;
  for (const char *filter : {"a/b", "a/+", "#"}) index.add(filter, who(1));
  EXPECT_EQ(matching(index, "a/b"), Numbers{1});
  index.remove("a/b", who(1));
  index.remove("#", who(1));
  EXPECT_EQ(matching(index, "a/b"), Numbers{1});
  index.remove("a/+", who(1));
  EXPECT_TRUE(index.empty());
}

TEST(FilterIndex, WhatIsRememberedFollowsEveryChange) {
  FilterIndex index;
  index.add("x", who(9));
  EXPECT_TRUE(matching(index, "a/b").empty());
  index.add("a/b", who(1));
  EXPECT_EQ(matching(index, "a/b"), Numbers{1});
  index.add("a/+", who(2));
  EXPECT_EQ(matching(index, "a/b"), (Numbers{1, 2}));
  index.add("#", who(3));
  EXPECT_EQ(matching(index, "a/b"), (Numbers{1, 2, 3}));
  index.remove("a/+", who(2));
  EXPECT_EQ(matching(index, "a/b"), (Numbers{1, 3}));
  index.remove("#", who(3));
  index.remove("a/b", who(1));
  EXPECT_TRUE(matching(index, "a/b").empty());
}

TEST(FilterIndex, AMatchStaysReadableWhileSubscriptionsChange) {
  FilterIndex index;
  for (uint32_t i = 0; i < 100; ++i) index.add("a", who(i));
  const std::span<const Match> matches = index.match("a");
  for (uint32_t i = 0; i < 100; ++i) index.remove("a", who(i));
  index.add("a", who(200));
  ASSERT_EQ(matches.size(), 100u);
  for (uint32_t i = 0; i < 100; ++i) EXPECT_EQ(matches[i], who(i));
}

TEST(FilterIndex, OneSubscriberCanHaveTenThousandFilters) {
  FilterIndex index;
  for (int i = 0; i < 10'000; ++i) index.add("game/" + std::to_string(i) + "/+", who(1));
  EXPECT_EQ(matching(index, "game/9999/move"), Numbers{1});
  EXPECT_TRUE(matching(index, "game/10000/move").empty());
  for (int i = 0; i < 10'000; ++i) index.remove("game/" + std::to_string(i) + "/+", who(1));
  EXPECT_TRUE(index.empty());
}

TEST(FilterIndex, OneFilterCanHaveAHundredThousandSubscribers) {
  FilterIndex index;
  constexpr uint32_t count = 100'000;
  for (uint32_t i = 0; i < count; ++i) index.add("news", who(i));
  EXPECT_EQ(index.match("news").size(), count);
  for (uint32_t i = 0; i < count; i += 2) index.remove("news", who(i));
  EXPECT_EQ(index.match("news").size(), count / 2);
  for (uint32_t i = 1; i < count; i += 2) index.remove("news", who(i));
  EXPECT_TRUE(index.empty());
}

TEST(FilterIndex, AFilterCanHaveAsManyLevelsAsATopicHasRoomFor) {
  std::string topic = "a";
  for (int i = 0; i < 32'767; ++i) topic += "/a";
  ASSERT_TRUE(check_topic(topic).is_ok());
  FilterIndex index;
  index.add(topic, who(1));
  index.add(topic.substr(0, topic.size() - 1) + "#", who(2));
  EXPECT_EQ(matching(index, topic), (Numbers{1, 2}));
  index.remove(topic, who(1));
  EXPECT_EQ(matching(index, topic), Numbers{2});
}

TEST(FilterIndex, MoreTopicsThanItRemembersAreStillMatched) {
  FilterIndex index;
  index.add("t/+", who(1));
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 10'000; ++i) {
      ASSERT_EQ(matching(index, "t/" + std::to_string(i)), Numbers{1});
    }
  }
}

// Against brute force. Few levels with few names, so that most things meet.
class Random {
 public:
  explicit Random(uint32_t seed) : engine_(seed) {}

  uint32_t below(uint32_t end) {
    return std::uniform_int_distribution<uint32_t>(0, end - 1)(engine_);
  }

  std::string topic() {
    std::string topic = level(false);
    for (uint32_t i = below(4); i > 0; --i) topic += '/' + level(false);
    return topic.empty() ? "/" : topic;
  }

  std::string filter() {
    std::string filter = level(true);
    for (uint32_t i = below(4); i > 0; --i) filter += '/' + level(true);
    if (below(4) == 0) filter += "/#";
    if (below(20) == 0) filter = "#";
    return filter.empty() ? "/" : filter;
  }

 private:
  std::string level(bool wildcards) {
    static const char *const names[] = {"a", "b", "c", "", "$s", "+"};
    return names[below(wildcards ? 6 : 5)];
  }

  std::mt19937 engine_;
};

TEST(FilterIndex, FindsWhatBruteForceFinds) {
  const uint32_t seed = testing::random_seed();
  SCOPED_TRACE("seed " + std::to_string(seed));
  Random random(seed);
  FilterIndex index;
  std::set<std::pair<std::string, uint32_t>> all;
  for (int step = 0; step < 20'000; ++step) {
    const std::string filter = random.filter();
    ASSERT_TRUE(check_filter(filter).is_ok()) << filter;
    const uint32_t subscription = random.below(20);
    if (all.emplace(filter, subscription).second) {
      index.add(filter, who(subscription));
    } else {
      all.erase({filter, subscription});
      index.remove(filter, who(subscription));
    }
    if (all.size() > 200) {
      const auto some = std::next(all.begin(), random.below(200));
      index.remove(some->first, who(some->second));
      all.erase(some);
    }
    const std::string topic = random.topic();
    std::set<uint32_t> expected;
    for (const auto &[each, number] : all) {
      if (filter_matches(each, topic)) expected.insert(number);
    }
    ASSERT_EQ(matching(index, topic), Numbers(expected.begin(), expected.end())) << topic;
  }
  for (const auto &[filter, subscription] : all) index.remove(filter, who(subscription));
  EXPECT_TRUE(index.empty());
}

}  // namespace
}  // namespace slipring::bus
