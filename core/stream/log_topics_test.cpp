#include <gtest/gtest.h>

#include "stream/testing.hpp"

namespace slipring::stream {
namespace {

using testing::Fixture;
using testing::settings_of;
using testing::text_of;

using Filters = std::vector<std::string>;

TEST(LogTopics, KnowTheLastEventOfATopic) {
  Fixture log;
  log.append({"a", "b", "a"});
  log.append({"b"});
  EXPECT_EQ(*log->last_of_topic(log.number(), "a"), 3u);
  EXPECT_EQ(*log->last_of_topic(log.number(), "b"), 4u);
  EXPECT_EQ(*log->last_of_topic(log.number(), "c"), 0u);
}

TEST(LogTopics, GiveTheLastEventOfEachThatMatches) {
  Fixture log;
  log.append({"a/1", "a/2", "b/1", "a"});
  log.append({"a/1", "a/3/x"});
  const auto last = [&](const Filters &filters, uint64_t through) {
    return text_of(*log->last_per_topic(log.number(), filters, through));
  };
  EXPECT_EQ(last({"a/+"}, 6), "2:a/2 5:a/1");
  EXPECT_EQ(last({"a/#"}, 6), "2:a/2 4:a 5:a/1 6:a/3/x");
  EXPECT_EQ(last({"+/1", "a/1"}, 6), "3:b/1 5:a/1");
  EXPECT_EQ(last({"a/1"}, 4), "1:a/1");
  EXPECT_EQ(last({}, 3), "1:a/1 2:a/2 3:b/1");
}

TEST(LogTopics, FindWhereTheLastFewEventsBegin) {
  Fixture log;
  log.append({"a/1", "b", "a/2", "b"});
  log.append({"a/1", "b"});
  const auto find = [&](const Filters &filters, uint64_t count, uint64_t through = 6) {
    return *log->find_last(log.number(), filters, count, through);
  };
  EXPECT_EQ(find({"a/1"}, 1), 5u);
  EXPECT_EQ(find({"a/1"}, 2), 1u);
  EXPECT_EQ(find({"a/+"}, 2), 3u);
  EXPECT_EQ(find({"b"}, 2, 5), 2u);
  EXPECT_EQ(find({}, 2), 5u);
  EXPECT_EQ(find({"a/1"}, 9), 1u);
  EXPECT_EQ(find({"none"}, 1), 7u);
  EXPECT_EQ(find({"b"}, 0), 7u);
}

TEST(LogTopics, AreReadByTheIndexAsByAScan) {
  Fixture log;
  for (int group = 0; group < 200; ++group) {
    std::vector<std::string> topics(3, "often");
    if (group % 40 == 7) topics.push_back("seldom/" + std::to_string(group % 80));
    log.append(topics);
  }
  EXPECT_EQ(log.read(1, UINT64_MAX, {"seldom/7", "seldom/47"}),
            log.read(1, UINT64_MAX, {"seldom/+"}));
  EXPECT_EQ(log.read(30, UINT64_MAX, {"seldom/7"}).substr(0, 13), "267:seldom/7 ");
  EXPECT_EQ(log.read(1, UINT64_MAX, {"none"}), "");
  EXPECT_EQ(log.read(1, UINT64_MAX, {"often"}).substr(0, 8), "1:often ");
}

TEST(LogTopics, AreFoundAgainAfterAnotherStart) {
  Fixture log;
  log.append({"a", "b"});
  log.reopen();
  EXPECT_EQ(*log->last_of_topic(log.number(), "a"), 1u);
}

TEST(LogRetained, IsTheLastThatWasPublishedToBeRetained) {
  Fixture log;
  log.append_events({{.topic = "a/1", .payload = "x", .retain = true},
                     {.topic = "a/1", .payload = "y", .retain = true},
                     {.topic = "a/2", .payload = "z", .retain = true},
                     {.topic = "a/1", .payload = "plain"}});
  const Filters filters = {"a/+"};
  const auto retained = log->retained(log.number(), filters);
  ASSERT_EQ(retained->size(), 2u);
  EXPECT_EQ((*retained)[0]->record().sequence(), 2u);
  EXPECT_EQ((*retained)[1]->topic(), "a/2");
}

TEST(LogRetained, IsRemovedByAnEmptyOne) {
  Fixture log;
  log.append_events({{.topic = "a", .payload = "x", .retain = true}});
  log.append_events({{.topic = "a", .retain = true}});
  EXPECT_TRUE(log->retained(log.number(), {})->empty());
}

TEST(LogRetained, StaysWhenItsEventIsRemoved) {
  Fixture log;
  log.append_events({{.topic = "a", .payload = "x", .retain = true}});
  ASSERT_TRUE(log->purge(log.number(), 1).is_ok());
  EXPECT_EQ(log->retained(log.number(), {})->size(), 1u);
}

TEST(LogTimes, FindTheFirstEventFromThereOn) {
  Fixture log;
  const int64_t start = log.now;
  for (int i = 0; i < 10; ++i) {
    log.now = start + i * 10;
    log.append({"a", "b"});
  }
  EXPECT_EQ(*log->find_time(log.number(), 0), 1u);
  EXPECT_EQ(*log->find_time(log.number(), start + 10), 3u);
  EXPECT_EQ(*log->find_time(log.number(), start + 11), 5u);
  EXPECT_EQ(*log->find_time(log.number(), start + 91), 21u);
}

}  // namespace
}  // namespace slipring::stream
