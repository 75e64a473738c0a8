#include "query.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipring::sse {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Read {
  Wanted wanted;
  std::optional<Problem> problem;
};

Read read(std::string_view query, const std::vector<std::string_view> &last_event_ids = {}) {
  std::vector<slipring_field> fields;
  fields.reserve(last_event_ids.size());
  for (const std::string_view id : last_event_ids) {
    fields.push_back({sdk::bytes("last-event-id"), sdk::bytes(id)});
  }
  Read read;
  read.problem = read_wanted(query, {fields.data(), fields.size()}, read.wanted);
  return read;
}

std::string field(std::string_view query, const std::vector<std::string_view> &ids = {}) {
  const auto problem = read(query, ids).problem;
  return problem ? problem->field : "none";
}

TEST(Query, NamesFilters) {
  EXPECT_THAT(read("topic=a").wanted.filters, ElementsAre("a"));
  EXPECT_THAT(read("topic=game/+/move&topic=b%2f%23&&topic=%C3%A4%20x").wanted.filters,
              ElementsAre("game/+/move", "b/#", "ä x"));
  EXPECT_THAT(read("%74opic=%2B/a=b").wanted.filters, ElementsAre("+/a=b"));
}

TEST(Query, RefusesWhatIsNoFilter) {
  for (const char *query : {"", "&", "start=now", "topic=", "topic", "topic=a%00", "topic=%FF",
                            "topic=a%23", "topic=%23/a", "topic=a+b", "topic=a&topic=b+"}) {
    EXPECT_EQ(field(query), "topic") << query;
  }
  EXPECT_THAT(read("topic=a+b").problem->detail, HasSubstr("a space is written %20"));
  EXPECT_EQ(field("topic=" + std::string(65'535, 'a')), "none");
  EXPECT_EQ(field("topic=" + std::string(65'536, 'a')), "topic");
}

TEST(Query, NamesAtMost64Filters) {
  std::string query;
  for (int i = 0; i < 64; ++i) query += "&topic=" + std::to_string(i);
  EXPECT_EQ(read(query).wanted.filters.size(), 64u);
  EXPECT_EQ(field(query + "&topic=more"), "topic");
}

TEST(Query, SaysWhereToBegin) {
  const auto start = [](const std::string &text) {
    return read("topic=a&start=" + text).wanted.start;
  };
  EXPECT_EQ(read("topic=a").wanted.start.kind, uint32_t{SLIPRING_START_NOW});
  EXPECT_EQ(start("now").kind, uint32_t{SLIPRING_START_NOW});
  EXPECT_EQ(start("earliest").kind, uint32_t{SLIPRING_START_EARLIEST});
  EXPECT_EQ(start("retained").kind, uint32_t{SLIPRING_START_RETAINED});
  EXPECT_EQ(start("last-per-topic").kind, uint32_t{SLIPRING_START_LAST_PER_TOPIC});
  EXPECT_EQ(start("last:10").kind, uint32_t{SLIPRING_START_LAST});
  EXPECT_EQ(start("last%3A10").number, 10u);
  EXPECT_EQ(start("time:1970-01-01T01:00:00.5+01:00").kind, uint32_t{SLIPRING_START_TIME});
  EXPECT_EQ(start("time:1970-01-01T01:00:00.5+01:00").number, 500'000'000u);
}

TEST(Query, RefusesOtherPlacesToBegin) {
  for (const char *text :
       {"", "Now", "last", "last:", "last:0", "last:-1", "last:1x", "last:9007199254740992",
        "time:", "time:now", "time:1969-12-31T23:00:00Z", "after:x", "last per topic"}) {
    EXPECT_EQ(field(std::string("topic=a&start=") + text), "start") << text;
  }
}

TEST(Query, SaysBehindWhatToBegin) {
  const Wanted wanted = read("topic=a&last_event_id=CUR").wanted;
  EXPECT_EQ(wanted.cursor, "CUR");
  EXPECT_EQ(wanted.place, Place::query);
  EXPECT_EQ(wanted.start.kind, uint32_t{SLIPRING_START_AFTER});
  EXPECT_EQ(read("topic=a&last_event_id=").wanted.place, Place::nowhere);
  EXPECT_EQ(field("topic=a&last_event_id=&start=earliest"), "none");
  EXPECT_EQ(field("topic=a&last_event_id=CUR&start=earliest"), "start");
}

TEST(Query, IsOverruledByTheFieldOfAClientThatComesBack) {
  const Wanted wanted = read("topic=a&start=last:10", {"OWN"}).wanted;
  EXPECT_EQ(wanted.cursor, "OWN");
  EXPECT_EQ(wanted.place, Place::header);
  EXPECT_EQ(wanted.start.kind, uint32_t{SLIPRING_START_AFTER});
  EXPECT_EQ(read("topic=a&last_event_id=OLD", {"OWN"}).wanted.cursor, "OWN");
  EXPECT_EQ(read("topic=a&last_event_id=OLD", {""}).wanted.cursor, "OLD");
  EXPECT_EQ(field("topic=a", {"OWN", "OWN"}), "Last-Event-ID");
}

TEST(Query, SaysWhatABrowserIsToHear) {
  EXPECT_FALSE(read("topic=a").wanted.by_type);
  EXPECT_FALSE(read("topic=a&event=message").wanted.by_type);
  EXPECT_TRUE(read("topic=a&event=type").wanted.by_type);
  EXPECT_EQ(field("topic=a&event=other"), "event");
}

TEST(Query, SaysWhatToDrop) {
  EXPECT_EQ(read("topic=a").wanted.drop, sdk::Drop::as_configured);
  EXPECT_EQ(read("topic=a&drop=latest-per-key").wanted.drop, sdk::Drop::latest_per_key);
  EXPECT_EQ(field("topic=a&drop=all"), "drop");
}

TEST(Query, HasNothingElseAndNothingTwice) {
  EXPECT_EQ(field("topic=a&topics=b"), "query");
  EXPECT_EQ(field("topic=a&"), "none");
  EXPECT_EQ(field("topic=a&start=now&start=now"), "start");
  EXPECT_EQ(field("topic=a&last_event_id=&last_event_id=CUR"), "last_event_id");
  for (const char *query : {"topic=%", "topic=%2", "topic=%zz", "%=a", "topic=a%0"}) {
    EXPECT_EQ(field(query), "query") << query;
  }
}

}  // namespace
}  // namespace slipring::sse
