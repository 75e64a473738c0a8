#include "adapter_test.hpp"

namespace slipring::json_v1 {
namespace {

using sdk::testing::Subscribe;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class SubscribeTest : public AdapterTest {
 protected:
  // Subscribes {"op":"subscribe","id":1,"filters":["a"], …}.
  std::string with(std::string_view members) {
    return say("{\"op\":\"subscribe\",\"id\":1,\"filters\":[\"a\"]," + std::string(members) + "}");
  }
};

TEST_F(SubscribeTest, AsksTheHostAndAnswersWhenItHasSubscribed) {
  EXPECT_EQ(say(R"({"op":"subscribe","id":1,"filters":["game/+/move","a/#"],"start":"now"})"), "");
  ASSERT_EQ(host.subscribes.size(), 1u);
  const Subscribe &made = host.subscribes[0];
  EXPECT_THAT(made.filters, ElementsAre("game/+/move", "a/#"));
  EXPECT_EQ(made.start, static_cast<uint32_t>(SLIPRING_START_NOW));
  EXPECT_EQ(made.mode, static_cast<uint32_t>(SLIPRING_DELIVER_SHARED));
  EXPECT_EQ(made.drop, 0u);
  EXPECT_EQ(made.format, 1u);

  EXPECT_EQ(adapter.subscribed(state, made, "cursor1"), SLIPRING_OK);
  EXPECT_EQ(heard(), R"({"op":"subscribed","id":1,"from":"live","cursor":"cursor1"})");
}

TEST_F(SubscribeTest, LeavesTheCursorOutWhenOnlyEphemeralTopicsAreReached) {
  EXPECT_EQ(with("\"start\":\"now\""), "");
  EXPECT_EQ(adapter.subscribed(state, host.subscribes.at(0)), SLIPRING_OK);
  EXPECT_EQ(heard(), R"({"op":"subscribed","id":1,"from":"live"})");
}

TEST_F(SubscribeTest, TellsWhereReadingReallyBegan) {
  const auto begun = [&](const slipring_origin &origin) {
    EXPECT_EQ(with("\"start\":{\"last\":17}"), "");
    EXPECT_EQ(adapter.subscribed(state, host.subscribes.back(), origin), SLIPRING_OK);
    std::string answer = heard();
    (void)say(R"({"op":"unsubscribe","id":5,"sub":1})");
    return answer;
  };
  EXPECT_EQ(begun(sdk::testing::from_recovered(17, "c")),
            R"({"op":"subscribed","id":1,"from":{"recovered":17},"cursor":"c"})");
  EXPECT_EQ(begun(sdk::testing::from_recovered(0, "c")),
            R"({"op":"subscribed","id":1,"from":{"recovered":0},"cursor":"c"})");
  EXPECT_EQ(begun(sdk::testing::from_gap("s@1:1", "s@1:4", "retention", "c")),
            R"({"op":"subscribed","id":1,"from":{"gap":{"from":"s@1:1","to":"s@1:4",)"
            R"("reason":"retention"}},"cursor":"c"})");
  EXPECT_EQ(begun(sdk::testing::from_gap({}, {}, "another epoch", "c")),
            R"({"op":"subscribed","id":1,"from":{"gap":{"reason":"another epoch"}},"cursor":"c"})");
}

TEST_F(SubscribeTest, TellsThatMoreComesThanIsKnown) {
  EXPECT_EQ(with("\"start\":\"earliest\""), "");
  EXPECT_EQ(adapter.subscribed(state, host.subscribes.at(0),
                               sdk::testing::from_recovered(SLIPRING_RECOVERED_UNKNOWN, "c")),
            SLIPRING_OK);
  EXPECT_EQ(heard(), R"({"op":"subscribed","id":1,"from":{"recovering":true},"cursor":"c"})");
}

TEST_F(SubscribeTest, TellsWhyAStartCannotBeHad) {
  for (const auto &[status, name] :
       {std::pair(SLIPRING_OUT_OF_RANGE, "OUT_OF_RANGE"),
        std::pair(SLIPRING_INVALID_ARGUMENT, "INVALID_ARGUMENT"),
        std::pair(SLIPRING_RESOURCE_EXHAUSTED, "RESOURCE_EXHAUSTED")}) {
    EXPECT_EQ(with("\"start\":{\"after\":[\"c\"]}"), "");
    EXPECT_EQ(adapter.subscribe_failed(state, host.subscribes.back(), status, "its words"),
              SLIPRING_OK);
    EXPECT_EQ(heard(), error("1", name, "its words"));
  }
}

TEST_F(SubscribeTest, PassesEveryStartOnToTheHost) {
  const auto start = [&](std::string_view json) -> const Subscribe & {
    EXPECT_EQ(say("{\"op\":\"subscribe\",\"id\":" + std::to_string(host.subscribes.size()) +
                  ",\"filters\":[\"a\"],\"start\":" + std::string(json) + "}"),
              "");
    return host.subscribes.back();
  };
  EXPECT_EQ(start("\"earliest\"").start, static_cast<uint32_t>(SLIPRING_START_EARLIEST));
  EXPECT_EQ(start("\"retained\"").start, static_cast<uint32_t>(SLIPRING_START_RETAINED));
  EXPECT_EQ(start("\"last per topic\"").start,
            static_cast<uint32_t>(SLIPRING_START_LAST_PER_TOPIC));
  EXPECT_EQ(start("{\"last\":10}").start_number, 10u);
  EXPECT_EQ(start("{\"time\":\"1970-01-01T00:00:02Z\"}").start_number, 2'000'000'000u);
  EXPECT_THAT(start("{\"after\":[\"one\",\"t\\u0077o\"]}").start_cursors,
              ElementsAre("one", "two"));
}

TEST_F(SubscribeTest, PassesEveryDropPolicyOn) {
  const char *names[] = {"newest", "oldest", "latest per key", "priority", "disconnect"};
  for (uint32_t i = 0; i < 5; ++i) {
    EXPECT_EQ(say("{\"op\":\"subscribe\",\"id\":" + std::to_string(i) +
                  ",\"filters\":[\"a\"],\"drop\":\"" + names[i] + "\"}"),
              "");
    EXPECT_EQ(host.subscribes.back().drop, i + 1) << names[i];
  }
}

TEST_F(SubscribeTest, RefusesMembersThatHoldSomethingElse) {
  const std::string start =
      R"(; accepted: \"now\", \"earliest\", \"retained\", \"last per topic\", {\"last\":10}, )"
      R"({\"time\":\"2026-11-21T09:30:00Z\"} or {\"after\":[\"<cursor>\"]})";
  for (const char *json :
       {"\"then\"", "5", "null", "{}", "{\"last\":0}", "{\"last\":-1}", "{\"last\":1,\"last\":2}",
        "{\"time\":5}", "{\"time\":\"soon\"}", "{\"after\":[]}", "{\"after\":\"c\"}",
        "{\"after\":[1]}", "{\"before\":[\"c\"]}", "[\"now\"]"})
    EXPECT_THAT(with("\"start\":" + std::string(json)), HasSubstr(start)) << json;
  EXPECT_EQ(
      with("\"drop\":\"all\""),
      error("1", "INVALID_ARGUMENT",
            R"(\"drop\": found \"all\"; accepted: \"newest\", \"oldest\", \"latest per key\", )"
            R"(\"priority\" or \"disconnect\")"));
  EXPECT_EQ(with("\"filter\":\"a\""),
            error("1", "INVALID_ARGUMENT", R"(found a member \"filter\", which no operation has)"));
  EXPECT_EQ(
      with("\"topic\":\"a\""),
      error(
          "1", "INVALID_ARGUMENT",
          R"(found a member \"topic\"; accepted in subscribe: op, id, drop, start, filters, cursors)"));
  EXPECT_THAT(host.subscribes, IsEmpty());
}

TEST_F(SubscribeTest, TakesOneToSixtyFourFilters) {
  const auto filters = [&](std::string_view json) {
    return say("{\"op\":\"subscribe\",\"id\":1,\"filters\":" + std::string(json) + "}");
  };
  const auto many = [](size_t count) {
    std::string json = "[\"a\"";
    for (size_t i = 1; i < count; ++i) json += ",\"a\"";
    return json + "]";
  };
  for (const std::string &json : {std::string("[]"), std::string("\"a\""), std::string("[1]"),
                                  std::string("[\"a\",null]"), std::string("{}"), many(65)})
    EXPECT_THAT(filters(json), HasSubstr("accepted: an array of 1 to 64 strings")) << json;
  EXPECT_EQ(filters(many(64)), "");
  EXPECT_EQ(host.subscribes.at(0).filters.size(), 64u);
}

TEST_F(SubscribeTest, NeedsAnIdAndFilters) {
  EXPECT_EQ(
      say(R"({"op":"subscribe","filters":["a"]})"),
      error("", "INVALID_ARGUMENT", R"(\"id\" is missing; needed in subscribe: id, filters)"));
  EXPECT_EQ(say(R"({"op":"subscribe","id":1})"),
            error("1", "INVALID_ARGUMENT",
                  R"(\"filters\" is missing; needed in subscribe: id, filters)"));
}

TEST_F(SubscribeTest, RefusesAnIdInUseAlsoByASubscribeUnderWay) {
  constexpr const char *message = R"({"op":"subscribe","id":"s","filters":["a"]})";
  const std::string in_use = error("\"s\"", "ALREADY_EXISTS",
                                   R"(id \"s\" is in use by another subscription of this session)");
  EXPECT_EQ(say(message), "");
  EXPECT_EQ(say(message), in_use);
  EXPECT_EQ(adapter.subscribed(state, host.subscribes.at(0)), SLIPRING_OK);
  (void)heard();
  EXPECT_EQ(say(message), in_use);
  EXPECT_EQ(host.subscribes.size(), 1u);
  EXPECT_EQ(host.counters["websocket_refused_total"], 2u);
}

TEST_F(SubscribeTest, TellsNumbersFromTextsOfTheSameForm) {
  subscribe("1");
  subscribe("\"1\"");
  EXPECT_EQ(host.subscribes.size(), 2u);
  EXPECT_NE(host.subscribes[0].id, host.subscribes[1].id);
}

TEST_F(SubscribeTest, PassesOnWhatTheHostRefusesAndForgetsTheId) {
  host.subscribe_answer = SLIPRING_RESOURCE_EXHAUSTED;
  host.why = "1000 subscriptions";
  EXPECT_EQ(with("\"start\":\"now\""), error("1", "RESOURCE_EXHAUSTED", "1000 subscriptions"));
  host.subscribe_answer = SLIPRING_OK;
  EXPECT_EQ(with("\"start\":\"now\""), "");
}

TEST_F(SubscribeTest, ThatFailsLaterIsAnsweredAndForgotten) {
  EXPECT_EQ(with("\"start\":\"now\""), "");
  EXPECT_EQ(adapter.subscribe_failed(state, host.subscribes.at(0), SLIPRING_UNAVAILABLE, "no"),
            SLIPRING_OK);
  EXPECT_EQ(heard(), error("1", "UNAVAILABLE", "no"));
  EXPECT_EQ(with("\"start\":\"now\""), "");
}

TEST_F(SubscribeTest, WaitsUnansweredWhenThereIsNoRoomAndIsDoneOnceAfterwards) {
  constexpr std::string_view message = R"({"op":"subscribe","id":1,"filters":["a"]})";
  host.subscribe_answer = SLIPRING_PENDING;
  EXPECT_EQ(adapter.receive(session_id, state, message), SLIPRING_PENDING);
  EXPECT_EQ(adapter.consumed, 0u);
  EXPECT_THAT(host.sent, IsEmpty());
  host.subscribe_answer = SLIPRING_OK;
  EXPECT_EQ(say(message), "");
  EXPECT_EQ(host.subscribes.size(), 1u);
}

TEST_F(SubscribeTest, IsTakenBack) {
  subscribe("\"mine\"");
  EXPECT_EQ(say(R"({"op":"unsubscribe","id":5,"sub":"mine"})"),
            R"({"op":"unsubscribed","id":5,"sub":"mine"})");
  EXPECT_THAT(host.unsubscribed, ElementsAre(host.subscribes.at(0).id));
  EXPECT_EQ(say(R"({"op":"unsubscribe","id":6,"sub":"mine"})"),
            error("6", "NOT_FOUND", R"(this session has no subscription with the id \"mine\")"));
  subscribe("\"mine\"");
  EXPECT_NE(host.subscribes.at(0).id, host.subscribes.at(1).id);
}

TEST_F(SubscribeTest, ThatIsTakenBackBeforeItsAnswerIsAnsweredStill) {
  EXPECT_EQ(with("\"start\":\"now\""), "");
  EXPECT_EQ(say(R"({"op":"unsubscribe","id":5,"sub":1})"),
            R"({"op":"unsubscribed","id":5,"sub":1})");
  EXPECT_THAT(say(R"({"op":"unsubscribe","id":6,"sub":1})"), HasSubstr("NOT_FOUND"));
  EXPECT_THAT(with("\"start\":\"now\""), HasSubstr("ALREADY_EXISTS"));
  EXPECT_EQ(
      adapter.subscribe_failed(state, host.subscribes.at(0), SLIPRING_CANCELLED, "unsubscribed"),
      SLIPRING_OK);
  EXPECT_EQ(heard(), error("1", "CANCELLED", "unsubscribed"));
  EXPECT_EQ(with("\"start\":\"now\""), "");
}

TEST_F(SubscribeTest, TellsTheCursor) {
  subscribe("1");
  host.cursor = "place";
  EXPECT_EQ(say(R"({"op":"cursor","id":4,"sub":1})"),
            R"({"op":"cursor","id":4,"sub":1,"cursor":"place"})");
  host.cursor = "";
  EXPECT_EQ(say(R"({"op":"cursor","id":4,"sub":1})"), R"({"op":"cursor","id":4,"sub":1})");
  EXPECT_EQ(say(R"({"op":"cursor","id":4,"sub":2})"),
            error("4", "NOT_FOUND", "this session has no subscription with the id 2"));
  EXPECT_EQ(say(R"({"op":"subscribe","id":2,"filters":["a"]})"), "");
  EXPECT_EQ(say(R"({"op":"cursor","id":4,"sub":2})"),
            error("4", "FAILED_PRECONDITION", "subscription 2 has not been answered yet"));
  EXPECT_EQ(say(R"({"op":"cursor","id":4,"sub":{}})"),
            error("4", "INVALID_ARGUMENT",
                  R"(\"sub\": found {}; accepted: an integer from 0 to 9007199254740991, )"
                  R"(or a string of 1 to 60 bytes)"));
}

TEST_F(SubscribeTest, AnnouncesAGapUnderTheClientsId) {
  subscribe("\"mine\"");
  slipring_gap gap{};
  gap.struct_size = sizeof gap;
  gap.subscription = host.subscribes.at(0).id;
  gap.from = sdk::bytes("s@1:2");
  gap.to = sdk::bytes("s@1:4");
  gap.count = 3;
  gap.reason = sdk::bytes("slow reader");
  EXPECT_EQ(adapter.render_gap(session_id, state, gap).text,
            R"({"op":"gap","sub":"mine","from":"s@1:2","to":"s@1:4","count":3,)"
            R"("reason":"slow reader"})");
  gap.from = gap.to = {};
  gap.count = 0;
  EXPECT_EQ(adapter.render_gap(session_id, state, gap).text,
            R"({"op":"gap","sub":"mine","reason":"slow reader"})");
  gap.subscription = 99;
  EXPECT_EQ(adapter.render_gap(session_id, state, gap).text, "");
}

}  // namespace
}  // namespace slipring::json_v1
