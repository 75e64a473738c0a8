#include "adapter_test.hpp"

namespace slipring::json_v1 {
namespace {

using ::testing::HasSubstr;

class PublishTest : public AdapterTest {
 protected:
  std::string payload() const {
    const auto *bytes = host.publishes.back().event().payload();
    return {bytes->begin(), bytes->end()};
  }
  // Publishes {"op":"publish","id":1,"topic":"t", …}.
  std::string publish(std::string_view members) {
    return say("{\"op\":\"publish\",\"id\":1,\"topic\":\"t\"," + std::string(members) + "}");
  }
};

TEST_F(PublishTest, HandsTheHostAnEventAndAnswersWhenItIsAcknowledged) {
  EXPECT_EQ(say(R"({"op":"publish","id":2,"topic":"game/42/move","type":"game.move","eid":"e1",)"
                R"("source":"/board","key":"42","time":"1970-01-01T00:00:01Z","priority":7,)"
                R"("ttl_ms":500,"retain":false,"data":{"move":"e4"}})"),
            "");
  ASSERT_EQ(host.publishes.size(), 1u);
  const schema::Event &event = host.publishes[0].event();
  EXPECT_EQ(event.topic()->str(), "game/42/move");
  EXPECT_EQ(event.type()->str(), "game.move");
  EXPECT_EQ(event.id()->str(), "e1");
  EXPECT_EQ(event.source()->str(), "/board");
  EXPECT_EQ(event.partition_key()->str(), "42");
  EXPECT_EQ(event.time_ns(), 1'000'000'000);
  EXPECT_EQ(event.delivery()->priority(), 7);
  EXPECT_EQ(event.delivery()->time_to_live_ms(), 500u);
  EXPECT_EQ(event.content_type()->str(), "application/json");
  EXPECT_EQ(payload(), R"({"move":"e4"})");

  EXPECT_EQ(adapter.published(state, host.publishes[0], {.epoch = 3, .sequence = 9}), SLIPRING_OK);
  EXPECT_EQ(heard(), R"({"op":"published","id":2,"position":"test@3:9"})");
}

TEST_F(PublishTest, LeavesThePositionOutOnAnEphemeralTopic) {
  EXPECT_EQ(publish("\"data\":1"), "");
  EXPECT_EQ(adapter.published(state, host.publishes.at(0), {}), SLIPRING_OK);
  EXPECT_EQ(heard(), R"({"op":"published","id":1})");
}

TEST_F(PublishTest, KeepsTheTextOfTheDataByteForByte) {
  for (const char *data :
       {"1.0", "123456789012345678901234567890", "1e99999999999", "-0", "null", "\"\\u0041\\/\"",
        "{ \"a\" :\t[1, 2 ]}", "\"é\xe2\x80\xa8\"", "\"\"", "{\"a\":1,\"a\":2}"}) {
    EXPECT_EQ(publish("\"data\":" + std::string(data)), "") << data;
    EXPECT_EQ(payload(), data);
  }
}

TEST_F(PublishTest, TakesBytesAsBase64) {
  EXPECT_EQ(publish(R"("data_base64":"AAH\/","content_type":"image\/png")"), "");
  EXPECT_EQ(payload(), std::string("\0\1\xff", 3));
  EXPECT_EQ(host.publishes.back().event().content_type()->str(), "image/png");
  EXPECT_EQ(publish(R"("data_base64":"")"), "");
  EXPECT_EQ(payload(), "");
  EXPECT_EQ(host.publishes.back().event().content_type()->str(), "application/octet-stream");
}

TEST_F(PublishTest, NeedsNoData) {
  EXPECT_EQ(publish("\"type\":\"tick\""), "");
  EXPECT_EQ(host.publishes.back().event().payload(), nullptr);
}

TEST_F(PublishTest, UnderstandsEscapesInEveryText) {
  EXPECT_EQ(say(R"({"\u006fp":"publis\u0068","topic":"caf\u00e9\/\ud83d\ude00","key":"a\nb"})"),
            "");
  EXPECT_EQ(host.publishes.back().event().topic()->str(), "café/😀");
  EXPECT_EQ(host.publishes.back().event().partition_key()->str(), "a\nb");
}

TEST_F(PublishTest, WithoutAnIdIsAnsweredOnlyWhenItIsRefused) {
  EXPECT_EQ(say(R"({"op":"publish","topic":"t"})"), "");
  EXPECT_EQ(host.publishes.at(0).token, 0u);
  host.publish_answer = SLIPRING_PERMISSION_DENIED;
  host.why = "not there";
  EXPECT_EQ(say(R"({"op":"publish","topic":"$SYS"})"), error("", "PERMISSION_DENIED", "not there"));
}

TEST_F(PublishTest, ThatFailsLaterIsAnswered) {
  EXPECT_EQ(publish("\"data\":1"), "");
  EXPECT_EQ(adapter.publish_failed(state, host.publishes.at(0), SLIPRING_UNAVAILABLE, "disk full"),
            SLIPRING_OK);
  EXPECT_EQ(heard(), error("1", "UNAVAILABLE", "disk full"));
}

TEST_F(PublishTest, PassesOnWhatTheHostRefusesInItsWords) {
  host.publish_answer = SLIPRING_INVALID_ARGUMENT;
  host.why = "topic: found \"#\" at byte 2";
  EXPECT_EQ(say(R"({"op":"publish","id":"x","topic":"a/#"})"),
            error("\"x\"", "INVALID_ARGUMENT", R"(topic: found \"#\" at byte 2)"));
  host.publish_answer = SLIPRING_RESOURCE_EXHAUSTED;
  host.why = "event of 2 MB; accepted: 1 MB";
  EXPECT_EQ(publish("\"data\":1"),
            error("1", "RESOURCE_EXHAUSTED", "event of 2 MB; accepted: 1 MB"));
  EXPECT_EQ(host.counters["websocket_bad_request_total"], 1u);
  EXPECT_EQ(host.counters["websocket_refused_total"], 1u);
}

TEST_F(PublishTest, WaitsUnansweredWhenThereIsNoRoomAndIsDoneOnceAfterwards) {
  constexpr std::string_view message = R"({"op":"publish","id":1,"topic":"t","data":1})";
  host.publish_answer = SLIPRING_PENDING;
  EXPECT_EQ(adapter.receive(session_id, state, message), SLIPRING_PENDING);
  EXPECT_EQ(adapter.consumed, 0u);
  EXPECT_THAT(host.sent, ::testing::IsEmpty());
  host.publish_answer = SLIPRING_OK;
  EXPECT_EQ(say(message), "");
  EXPECT_EQ(host.publishes.size(), 1u);
}

TEST_F(PublishTest, RefusesMembersThatHoldSomethingElse) {
  const std::pair<const char *, const char *> cases[] = {
      {R"("type":1)", R"(\"type\": found 1; accepted: a string)"},
      {R"("eid":null)", R"(\"eid\": found null; accepted: a string)"},
      {R"("source":{})", R"(\"source\": found {}; accepted: a string)"},
      {R"("key":[1])", R"(\"key\": found [1]; accepted: a string)"},
      {R"("priority":10)", R"(\"priority\": found 10; accepted: an integer from 0 to 9)"},
      {R"("priority":"4")", R"(\"priority\": found \"4\"; accepted: an integer from 0 to 9)"},
      {R"("priority":4.0)", R"(\"priority\": found 4.0; accepted: an integer from 0 to 9)"},
      {R"("ttl_ms":-1)",
       R"(\"ttl_ms\": found -1; accepted: an integer from 0 to 9007199254740991)"},
      {R"("ttl_ms":9007199254740992)",
       R"(\"ttl_ms\": found 9007199254740992; accepted: an integer from 0 to 9007199254740991)"},
      {R"("time":"yesterday")",
       R"(\"time\": found \"yesterday\"; accepted: RFC 3339, years 1678 to 2261, such as \"2026-11-21T09:30:00.5Z\")"},
      {R"("time":5)", R"(\"time\": found 5; accepted: a string)"},
      {R"("retain":"no")", R"(\"retain\": found \"no\"; accepted: true or false)"},
      {R"("dedup":7)", R"(\"dedup\": found 7; accepted: a string)"},
      {R"("data_base64":7)", R"(\"data_base64\": found 7; accepted: a string)"},
      {R"("data_base64":"A")",
       R"(\"data_base64\": found \"A\"; accepted: base64 of RFC 4648 with padding)"},
      {R"("data":1,"data_base64":"")",
       R"(\"data_base64\": found \"\"; accepted: one of \"data\" and \"data_base64\")"},
      {R"("data":1,"content_type":"text/plain")",
       R"(\"content_type\": found \"text/plain\"; accepted: only with \"data_base64\": \"data\" is application/json)"},
      {R"("filters":["a"])",
       R"(found a member \"filters\"; accepted in publish: op, id, key, eid, data, time, type, dedup, topic, expect, retain, source, ttl_ms, priority, data_base64, content_type)"},
  };
  for (const auto &[members, message] : cases)
    EXPECT_EQ(publish(members), error("1", "INVALID_ARGUMENT", message));
  EXPECT_THAT(host.publishes, ::testing::IsEmpty());
}

TEST_F(PublishTest, LeavesNothingOfARefusedMessageInTheNextOne) {
  EXPECT_THAT(publish(R"("data":"first","data_base64":"")"), HasSubstr("INVALID_ARGUMENT"));
  EXPECT_THAT(publish(R"("data_base64":"A")"), HasSubstr("INVALID_ARGUMENT"));
  EXPECT_EQ(publish("\"type\":\"second\""), "");
  EXPECT_EQ(host.publishes.at(0).event().payload(), nullptr);
}

TEST_F(PublishTest, NeedsATopic) {
  EXPECT_EQ(say(R"({"op":"publish","id":1})"),
            error("1", "INVALID_ARGUMENT", R"(\"topic\" is missing; needed in publish: topic)"));
  EXPECT_EQ(say(R"({"op":"publish","id":1,"topic":["t"]})"),
            error("1", "INVALID_ARGUMENT", R"(\"topic\": found [\"t\"]; accepted: a string)"));
}

TEST_F(PublishTest, ShortensWhatItFoundInAnError) {
  EXPECT_EQ(publish("\"type\":[\"" + std::string(1000, 'x') + "\"]"),
            error("1", "INVALID_ARGUMENT",
                  R"(\"type\": found [\")" + std::string(38, 'x') + "…; accepted: a string"));
}

}  // namespace
}  // namespace slipring::json_v1
