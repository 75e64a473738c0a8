#include "base/topic.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace slipring {
namespace {

using namespace std::string_view_literals;

struct Refused {
  std::string_view text;
  slipring_status code;
  const char *message;
};

TEST(Topic, EveryTopicOfMqttIsAccepted) {
  for (const auto topic :
       {"a"sv, "/"sv, "//"sv, "/a"sv, "a/"sv, "a//b"sv, " "sv, "game/42/move"sv, "a/$b"sv, "a$"sv,
        "sport/tennis/\xc3\xa9"sv, "\x01"sv, "\xef\xbf\xbf"sv, "\xf0\x9f\x98\x80"sv}) {
    const Status status = check_topic(topic);
    EXPECT_TRUE(status.is_ok()) << topic << ": " << status.message();
  }
  EXPECT_TRUE(check_topic(std::string(65535, 'x')).is_ok());
  EXPECT_TRUE(check_topic(std::string(65535, '/')).is_ok());
}

TEST(Topic, WhatIsNoneIsRefusedInWords) {
  const std::string long_topic(65536, 'x');
  const Refused cases[] = {
      {""sv, SLIPRING_INVALID_ARGUMENT, "topic: is empty, accepted are 1 to 65535 bytes"},
      {long_topic, SLIPRING_INVALID_ARGUMENT, "topic: has 65536 bytes, accepted are 1 to 65535"},
      {"a/+/b"sv, SLIPRING_INVALID_ARGUMENT,
       "topic: found + at byte 2, wildcards are accepted in filters only"},
      {"a/b#"sv, SLIPRING_INVALID_ARGUMENT,
       "topic: found # at byte 3, wildcards are accepted in filters only"},
      {"ab\0"sv, SLIPRING_INVALID_ARGUMENT,
       "topic: found U+0000 at byte 2, every other character is accepted"},
      {"\xed\xa0\x80"sv, SLIPRING_INVALID_ARGUMENT, "topic: is not UTF-8"},
      {"a/\xc0\xaf"sv, SLIPRING_INVALID_ARGUMENT, "topic: is not UTF-8"},
      {"$SYS/load"sv, SLIPRING_PERMISSION_DENIED,
       "topic: begins with $, such topics are reserved for the host"},
      {"$"sv, SLIPRING_PERMISSION_DENIED,
       "topic: begins with $, such topics are reserved for the host"},
      {"$share/g/a"sv, SLIPRING_PERMISSION_DENIED,
       "topic: begins with $, such topics are reserved for the host"},
      {"$SYS/+"sv, SLIPRING_INVALID_ARGUMENT,
       "topic: found + at byte 5, wildcards are accepted in filters only"},
  };
  for (const auto &[text, code, message] : cases) {
    const Status status = check_topic(text);
    EXPECT_EQ(status.code(), code) << text.substr(0, 20);
    EXPECT_EQ(status.message(), message);
  }
}

TEST(Filter, EveryFilterOfMqttIsAccepted) {
  for (const auto filter : {"a"sv, "/"sv, "#"sv, "+"sv, "+/+"sv, "/+"sv, "+/"sv, "/#"sv, "+/#"sv,
                            "a//#"sv, "sport/+/player1"sv, "sport/tennis/#"sv, "$SYS/#"sv,
                            "$SYS/+"sv, "$shared"sv, "a/$share/b"sv, "\xc3\xa9/+"sv}) {
    const Status status = check_filter(filter);
    EXPECT_TRUE(status.is_ok()) << filter << ": " << status.message();
  }
  EXPECT_TRUE(check_filter(std::string(65533, 'x') + "/#").is_ok());
}

TEST(Filter, WhatIsNoneIsRefusedInWords) {
  const std::string long_filter = std::string(65535, 'x') + "#";
  const Refused cases[] = {
      {""sv, SLIPRING_INVALID_ARGUMENT, "filter: is empty, accepted are 1 to 65535 bytes"},
      {long_filter, SLIPRING_INVALID_ARGUMENT, "filter: has 65536 bytes, accepted are 1 to 65535"},
      {"a+"sv, SLIPRING_INVALID_ARGUMENT,
       "filter: found + at byte 1, a wildcard is accepted only as a whole level"},
      {"a/+b/c"sv, SLIPRING_INVALID_ARGUMENT,
       "filter: found + at byte 2, a wildcard is accepted only as a whole level"},
      {"++"sv, SLIPRING_INVALID_ARGUMENT,
       "filter: found + at byte 0, a wildcard is accepted only as a whole level"},
      {"sport/tennis#"sv, SLIPRING_INVALID_ARGUMENT,
       "filter: found # at byte 12, a wildcard is accepted only as a whole level"},
      {"sport/#/ranking"sv, SLIPRING_INVALID_ARGUMENT,
       "filter: found # at byte 6, # is accepted only as the last level"},
      {"#/"sv, SLIPRING_INVALID_ARGUMENT,
       "filter: found # at byte 0, # is accepted only as the last level"},
      {"a\0/#"sv, SLIPRING_INVALID_ARGUMENT,
       "filter: found U+0000 at byte 1, every other character is accepted"},
      {"\xff/#"sv, SLIPRING_INVALID_ARGUMENT, "filter: is not UTF-8"},
      {"$share/group/a"sv, SLIPRING_INVALID_ARGUMENT,
       "filter: begins with $share, groups do not exist yet; accepted is the filter alone"},
      {"$share"sv, SLIPRING_INVALID_ARGUMENT,
       "filter: begins with $share, groups do not exist yet; accepted is the filter alone"},
  };
  for (const auto &[text, code, message] : cases) {
    const Status status = check_filter(text);
    EXPECT_EQ(status.code(), code) << text.substr(0, 20);
    EXPECT_EQ(status.message(), message);
  }
}

// The examples of MQTT 5, section 4.7, and its corners.
TEST(Filter, MatchesAsMqttSays) {
  const struct {
    const char *filter;
    const char *topic;
    bool matches;
  } cases[] = {
      {"sport/tennis/player1/#", "sport/tennis/player1", true},
      {"sport/tennis/player1/#", "sport/tennis/player1/ranking", true},
      {"sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true},
      {"sport/#", "sport", true},
      {"sport/#", "sports", false},
      {"#", "a", true},
      {"#", "/", true},
      {"#", "//", true},
      {"sport/tennis/+", "sport/tennis/player1", true},
      {"sport/tennis/+", "sport/tennis/player1/ranking", false},
      {"sport/+", "sport", false},
      {"sport/+", "sport/", true},
      {"+/+", "/finance", true},
      {"/+", "/finance", true},
      {"+", "/finance", false},
      {"+/+", "/", true},
      {"+/+", "//", false},
      {"+/+/+", "//", true},
      {"/", "/", true},
      {"/", "//", false},
      {"a/", "a", false},
      {"a", "a/", false},
      {"a/+/c", "a//c", true},
      {"/#", "/", true},
      {"/#", "a", false},
      {"Accounts", "ACCOUNTS", false},
      {"#", "$SYS/load", false},
      {"+/monitor/Clients", "$SYS/monitor/Clients", false},
      {"+", "$", false},
      {"$SYS/#", "$SYS", true},
      {"$SYS/#", "$SYS/load", true},
      {"$SYS/monitor/+", "$SYS/monitor/Clients", true},
      {"a/+", "a/$b", true},
      {"a/#", "a/$b", true},
  };
  for (const auto &[filter, topic, matches] : cases) {
    EXPECT_EQ(filter_matches(filter, topic), matches) << filter << " on " << topic;
  }
}

TEST(Filter, IntersectionsAreFound) {
  const struct {
    const char *a;
    const char *b;
    bool intersect;
  } cases[] = {
      {"a", "a", true},          {"a", "b", false},         {"#", "a/b/c", true},
      {"#", "$SYS/#", false},    {"+/#", "$SYS/a", false},  {"$SYS/+", "$SYS/#", true},
      {"$SYS/+", "$SYS", false}, {"a/#", "a", true},        {"a/+", "a", false},
      {"a/+", "+/b", true},      {"a/+/c", "+/b/d", false}, {"a/#", "+/b/#", true},
      {"a/b", "+", false},       {"#", "#", true},          {"+", "#", true},
      {"+", "+/#", true},        {"+/+", "+/#", true},      {"/", "+/+", true},
      {"a/#", "b/#", false},     {"a/b/#", "a", false},
  };
  for (const auto &[a, b, intersect] : cases) {
    EXPECT_EQ(filters_intersect(a, b), intersect) << a << " and " << b;
    EXPECT_EQ(filters_intersect(b, a), intersect) << b << " and " << a;
  }
}

TEST(Filter, KnowsWhetherItHasAWildcard) {
  EXPECT_FALSE(has_wildcard("a/b"));
  EXPECT_TRUE(has_wildcard("a/+"));
  EXPECT_TRUE(has_wildcard("#"));
}

// ── against a second way to do it ───────────────────────────────────────────────────────────────

using Words = std::vector<std::string>;

Words split(std::string_view text) {
  Words levels(1);
  for (const char c : text) {
    if (c == '/') {
      levels.emplace_back();
    } else {
      levels.back() += c;
    }
  }
  return levels;
}

bool matches_from(const Words &filter, size_t f, const Words &topic, size_t t) {
  if (f == filter.size()) return t == topic.size();
  if (filter[f] == "#") return true;
  return t < topic.size() && (filter[f] == "+" || filter[f] == topic[t]) &&
         matches_from(filter, f + 1, topic, t + 1);
}

bool matches_by_definition(const std::string &filter, const std::string &topic) {
  if (topic[0] == '$' && (filter[0] == '+' || filter[0] == '#')) return false;
  return matches_from(split(filter), 0, split(topic), 0);
}

// All that can be made of 1 to `depth` levels of `alphabet`.
std::vector<std::string> all_of(const Words &alphabet, size_t depth) {
  std::vector<std::string> texts;
  std::vector<std::string> shorter = {""};
  for (size_t level = 0; level < depth; ++level) {
    std::vector<std::string> longer;
    for (const std::string &front : shorter) {
      for (const std::string &word : alphabet) {
        longer.push_back(level == 0 ? word : front + "/" + word);
      }
    }
    texts.insert(texts.end(), longer.begin(), longer.end());
    shorter = std::move(longer);
  }
  std::erase_if(texts, [](const std::string &text) { return text.empty(); });
  return texts;
}

bool intersect_by_trying(const std::string &a, const std::string &b,
                         const std::vector<std::string> &topics) {
  for (const std::string &topic : topics) {
    if (filter_matches(a, topic) && filter_matches(b, topic)) return true;
  }
  return false;
}

TEST(Filter, AgreesWithTheDefinitionOnAllSmallFiltersAndTopics) {
  std::vector<std::string> filters = all_of({"", "a", "$x", "+", "#"}, 3);
  std::erase_if(filters, [](const std::string &filter) { return !check_filter(filter).is_ok(); });
  const std::vector<std::string> topics = all_of({"", "a", "$x", "c"}, 4);
  for (const std::string &filter : filters) {
    for (const std::string &topic : topics) {
      ASSERT_EQ(filter_matches(filter, topic), matches_by_definition(filter, topic))
          << filter << " on " << topic;
    }
    for (const std::string &other : filters) {
      ASSERT_EQ(filters_intersect(filter, other), intersect_by_trying(filter, other, topics))
          << filter << " and " << other;
    }
  }
}

TEST(Filter, IntersectionsOfRandomFiltersAreThoseFoundByTrying) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const std::vector<std::string> topics = all_of({"", "a", "b"}, 6);
  const Words alphabet = {"", "a", "b", "+", "+"};
  const auto filter = [&] {
    std::string text;
    const size_t levels = 1 + random() % 5;
    for (size_t i = 0; i < levels; ++i) {
      if (i > 0) text += '/';
      text += alphabet[random() % alphabet.size()];
    }
    if (random() % 3 == 0) text += text.empty() ? "#" : "/#";
    return text.empty() ? std::string("+") : text;
  };
  for (int round = 0; round < 2000; ++round) {
    const std::string a = filter();
    const std::string b = filter();
    ASSERT_TRUE(check_filter(a).is_ok()) << a;
    ASSERT_EQ(filters_intersect(a, b), intersect_by_trying(a, b, topics)) << a << " and " << b;
  }
}

}  // namespace
}  // namespace slipring
