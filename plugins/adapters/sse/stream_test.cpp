#include "stream.hpp"

#include "testing.hpp"

namespace slipring::sse {
namespace {

using sdk::testing::from_gap;
using sdk::testing::from_live;
using sdk::testing::from_recovered;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST_F(StreamTest, BeginsWhenItsSubscriptionHasBeenMade) {
  EXPECT_EQ(ask({.query = "topic=a/%2B&topic=b"}).code, 0u);
  const auto &asked = host.subscribes.at(0);
  EXPECT_THAT(asked.filters, ElementsAre("a/+", "b"));
  EXPECT_EQ(asked.mode, uint32_t{SLIPRING_DELIVER_SHARED});
  EXPECT_EQ(adapter.subscribed(state, asked, "CUR"), SLIPRING_OK);
  const FakeResponse &response = host.responses[session];
  EXPECT_EQ(response.code, 200u);
  EXPECT_EQ(response.length, SLIPRING_LENGTH_UNKNOWN);
  EXPECT_EQ(response.field("content-type"), "text/event-stream");
  EXPECT_EQ(response.field("cache-control"), "no-store, no-transform");
  EXPECT_EQ(response.field("x-accel-buffering"), "no");
  EXPECT_EQ(response.field("slipring-from"), "live");
  EXPECT_EQ(response.field("slipring-cursor"), "CUR");
  EXPECT_EQ(response.body,
            "retry: 2000\nid: CUR\nevent: subscribed\n"
            R"(data: {"op":"subscribed","from":"live","cursor":"CUR"})"
            "\n\n");
  EXPECT_FALSE(response.finished);
}

TEST_F(StreamTest, SaysWhereItReallyBegins) {
  EXPECT_EQ(get("topic=a&start=last:3", from_recovered(3, "CUR")).field("slipring-from"),
            "recovered;count=3");
  const auto many = from_recovered(SLIPRING_RECOVERED_UNKNOWN, "CUR");
  EXPECT_EQ(get("topic=a&start=earliest", many).field("slipring-from"), "recovered");
  const auto gap = from_gap("s@1:1", "s@1:4", "so \"told\"", "CUR");
  const FakeResponse &response = get("topic=a&last_event_id=OLD", gap);
  EXPECT_EQ(response.field("slipring-from"), R"(gap;from="s@1:1";to="s@1:4";reason="so \"told\"")");
  EXPECT_THAT(response.body, HasSubstr("event: gap\n"
                                       R"(data: {"op":"gap","from":"s@1:1","to":"s@1:4",)"));
}

TEST_F(StreamTest, HasNoIdBeforeASelectionHasCome) {
  for (const char *query : {"topic=a&start=retained", "topic=a&start=last-per-topic"}) {
    EXPECT_THAT(get(query, from_recovered(1, "CUR")).body, ::testing::Not(HasSubstr("\nid: ")));
  }
  EXPECT_THAT(get("topic=e", from_live()).body, ::testing::Not(HasSubstr("\nid: ")))
      << "a topic that keeps nothing has no cursors";
}

TEST_F(StreamTest, GoesOnBehindTheLastEventThatAClientHad) {
  ask({.query = "topic=a&start=earliest", .fields = {{"last-event-id", "CUR"}}});
  EXPECT_EQ(host.subscribes.at(0).start, uint32_t{SLIPRING_START_AFTER});
  EXPECT_THAT(host.subscribes.at(0).start_cursors, ElementsAre("CUR"));
}

TEST_F(StreamTest, IsRefusedInWordsThatNameTheField) {
  const FakeResponse &response = ask({.query = "topic=a&start=then"});
  EXPECT_EQ(response.code, 400u);
  EXPECT_EQ(response.field("content-type"), "application/problem+json");
  EXPECT_EQ(response.body,
            R"({"type":"about:blank","title":"Bad Request","status":400,"detail":"found \"then\"; )"
            R"(accepted: now, earliest, retained, last-per-topic, last:10, )"
            R"(time:2026-11-21T09:30:00Z","field":"start"})"
            "\n");
  EXPECT_EQ(host.counters["sse_bad_request_total"], 1u);
}

TEST_F(StreamTest, IsRefusedWhenTheCursorIsNone) {
  host.subscribe_answer = SLIPRING_INVALID_ARGUMENT;
  host.why = "cursor: is damaged";
  const FakeResponse &response = ask({.query = "topic=a&last_event_id=x"});
  EXPECT_EQ(response.code, 400u);
  EXPECT_THAT(response.body, HasSubstr(R"("field":"last_event_id")"));
  ask({.query = "topic=a", .fields = {{"last-event-id", "x"}}});
  EXPECT_THAT(host.responses[session].body, HasSubstr(R"("field":"Last-Event-ID")"));
}

TEST_F(StreamTest, IsRefusedWhenItCannotBegin) {
  const auto refuse = [&](std::string_view query, slipring_status status) {
    ask({.query = query});
    EXPECT_EQ(adapter.subscribe_failed(state, host.subscribes.at(0), status, "why"), SLIPRING_OK);
    return host.responses[session];
  };
  const auto future = refuse("topic=a&last_event_id=x", SLIPRING_OUT_OF_RANGE);
  EXPECT_EQ(future.code, 400u);
  EXPECT_THAT(future.body, HasSubstr(R"("detail":"why","field":"last_event_id")"));
  const auto reach = refuse("topic=%23", SLIPRING_RESOURCE_EXHAUSTED);
  EXPECT_EQ(reach.code, 400u);
  EXPECT_THAT(reach.body, HasSubstr(R"("field":"topic")"));
  const auto closed = refuse("topic=a", SLIPRING_UNAVAILABLE);
  EXPECT_EQ(closed.code, 503u);
  EXPECT_EQ(closed.body.find("field"), std::string::npos);
}

TEST_F(StreamTest, IsToBeReadOnly) {
  for (const char *method : {"POST", "PUT", "DELETE", "PATCH", "get"}) {
    EXPECT_EQ(ask({.method = method, .query = "topic=a"}).code, 405u) << method;
    EXPECT_EQ(host.responses[session].field("allow"), "GET, HEAD, OPTIONS");
  }
}

TEST_F(StreamTest, IsNotForWhoTakesOtherTypes) {
  const FakeResponse &response =
      ask({.query = "topic=a", .fields = {{"accept", "application/json"}}});
  EXPECT_EQ(response.code, 406u);
  EXPECT_THAT(response.body, HasSubstr(R"("field":"Accept")"));
}

TEST_F(StreamTest, IsDescribedToHead) {
  const FakeResponse &response = ask({.method = "HEAD", .query = "topic=a"});
  EXPECT_EQ(response.code, 200u);
  EXPECT_EQ(response.field("content-type"), "text/event-stream");
  EXPECT_TRUE(response.finished);
  EXPECT_TRUE(host.subscribes.empty());
  EXPECT_EQ(ask({.method = "HEAD"}).code, 400u);
}

TEST_F(StreamTest, BeatsWhileItLasts) {
  get("topic=a");
  take_body();
  for (size_t beat = 1; beat <= 3; ++beat) {
    ASSERT_EQ(host.timers.size(), beat);
    EXPECT_EQ(host.timers.back().after_ns, 15'000'000'000u);
    EXPECT_EQ(adapter.timer_due(state, host.timers.back()), SLIPRING_OK);
    EXPECT_EQ(take_body(), ":\n\n");
  }
}

TEST_F(StreamTest, OutlivesAHeartbeatThatHasNoRoom) {
  get("topic=a");
  host.send_answer = SLIPRING_RESOURCE_EXHAUSTED;
  EXPECT_EQ(adapter.timer_due(state, host.timers.back()), SLIPRING_OK);
  EXPECT_EQ(host.timers.size(), 2u);
}

TEST_F(StreamTest, SaysWhenToComeBack) {
  get("topic=a");
  take_body();
  adapter.farewell(session, state, SLIPRING_END_HOST, 14, 1234);
  EXPECT_EQ(take_body(), "retry: 1234\n\n");
}

struct StoppedTest : StreamTest {
  StoppedTest() : StreamTest(R"({"stop":true})") {}
};

TEST_F(StoppedTest, TellsClientsNotToComeBack) {
  EXPECT_EQ(ask({.query = "topic=a"}).code, 204u);
  EXPECT_TRUE(host.responses[session].finished);
}

}  // namespace
}  // namespace slipring::sse
