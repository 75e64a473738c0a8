#include "exchange_test.hpp"

namespace slipring::rest {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class PostTest : public ExchangeTest {};

TEST_F(PostTest, PublishesJsonAndAnswersWhenItIsAcknowledged) {
  EXPECT_EQ(post_json(R"({"move":1.0})").code, 0u);
  ASSERT_THAT(host.publishes, SizeIs(1));
  EXPECT_EQ(event().topic()->str(), "a/b");
  EXPECT_EQ(event().content_type()->str(), "application/json");
  EXPECT_EQ(payload(), R"({"move":1.0})");
  const FakeResponse &response = acknowledge({{0, 3, 9}});
  EXPECT_EQ(response.code, 201u);
  EXPECT_EQ(response.body, "{\"topic\":\"a/b\",\"position\":\"test@3:9\"}\n");
  EXPECT_EQ(response.field("slipring-position"), "test@3:9");
  EXPECT_EQ(response.field("etag"), "\"test@3:9\"");
  EXPECT_EQ(response.field("location"), "/topics/a/b?position=test@3:9");
  EXPECT_EQ(response.field("cache-control"), "no-store");
  EXPECT_EQ(response.field("x-content-type-options"), "nosniff");
  EXPECT_TRUE(response.finished);
}

TEST_F(PostTest, AnswersWithoutPositionOnAnEphemeralTopic) {
  post_json("1");
  const FakeResponse &response = acknowledge({{0, 0, 0}});
  EXPECT_EQ(response.code, 200u);
  EXPECT_EQ(response.body, "{\"topic\":\"a/b\"}\n");
  EXPECT_EQ(response.field("location"), "");
}

TEST_F(PostTest, SaysThatItWasThereAlready) {
  post({{"content-type", "application/json"}, {"idempotency-key", "\"k 1\""}}, "1");
  EXPECT_EQ(event().delivery()->deduplication_id()->str(), "k 1");
  const FakeResponse &response = acknowledge({{0, 3, 4}}, true);
  EXPECT_EQ(response.code, 200u);
  EXPECT_THAT(response.body, HasSubstr(R"("position":"test@3:4","duplicate":true)"));
}

TEST_F(PostTest, TakesAnyOtherTypeAsItIs) {
  EXPECT_EQ(post({{"content-type", "Image/PNG; x=\"a;b\""}}, "\x89PNG{").code, 0u);
  EXPECT_EQ(event().content_type()->str(), "Image/PNG; x=\"a;b\"");
  EXPECT_EQ(payload(), "\x89PNG{");
  EXPECT_EQ(post({}, "x").code, 0u);
  EXPECT_EQ(event().content_type(), nullptr);
}

TEST_F(PostTest, SpellsTheTypeOfJsonInOneWay) {
  post({{"content-type", "Application/JSON; charset=\"UTF-8\""}}, "1");
  EXPECT_EQ(event().content_type()->str(), "application/json");
}

TEST_F(PostTest, PublishesAnEmptyBody) {
  EXPECT_EQ(post({}, "").code, 0u);
  EXPECT_EQ(payload(), "");
}

TEST_F(PostTest, TakesRetainTypeAndKeyFromTheQuery) {
  post_json("1", "retain=true&type=game.move&key=a%2Fb+c");
  EXPECT_TRUE(event().delivery()->retain());
  EXPECT_EQ(event().type()->str(), "game.move");
  EXPECT_EQ(event().partition_key()->str(), "a/b c");
  post({{"slipring-retain", "true"}}, "1");
  EXPECT_TRUE(event().delivery()->retain());
}

TEST_F(PostTest, PublishesOnACondition) {
  const std::string tag = "\"default@5f3a9c1e00000001:7\"";
  post({{"if-match", tag}}, "1");
  EXPECT_EQ(host.publishes.at(0).expect, SLIPRING_EXPECT_OF_TOPIC);
  EXPECT_EQ(host.publishes.at(0).expect_sequence, 7u);
  post({{"if-none-match", "*"}}, "1");
  EXPECT_EQ(host.publishes.at(0).expect, SLIPRING_EXPECT_OF_TOPIC);
  EXPECT_EQ(host.publishes.at(0).expect_sequence, 0u);
  post_json("1", "expect_stream_sequence=9");
  EXPECT_EQ(host.publishes.at(0).expect, SLIPRING_EXPECT_OF_STREAM);
  EXPECT_EQ(host.publishes.at(0).expect_sequence, 9u);
  post_json("1", "expect_sequence=9");
  EXPECT_EQ(host.publishes.at(0).expect, SLIPRING_EXPECT_OF_TOPIC);
  EXPECT_EQ(adapter().publish_failed(state, host.publishes.at(0), SLIPRING_FAILED_PRECONDITION,
                                     "expect: 8"),
            SLIPRING_OK);
  EXPECT_EQ(host.responses[session_id].code, 412u);
  EXPECT_EQ(detail(), "expect: 8");
}

TEST_F(PostTest, WithoutConditionAFailedPreconditionIsAConflict) {
  post_json("1", "retain=true");
  EXPECT_EQ(adapter().publish_failed(state, host.publishes.at(0), SLIPRING_FAILED_PRECONDITION,
                                     "ephemeral"),
            SLIPRING_OK);
  EXPECT_EQ(host.responses[session_id].code, 409u);
}

TEST_F(PostTest, RefusesConditionsThatCannotHoldOrBeAsked) {
  const std::tuple<FieldList, std::string_view, uint32_t, std::string_view> cases[] = {
      {{{"if-match", "W/\"a@5f3a9c1e00000001:7\""}}, "", 412, "if-match"},
      {{{"if-match", "\"abc\""}}, "", 412, "if-match"},
      {{{"if-match", "*"}}, "", 400, "if-match"},
      {{{"if-match", "\"a\", \"b\""}}, "", 400, "if-match"},
      {{{"if-match", "\"a\""}, {"if-match", "\"b\""}}, "", 400, "if-match"},
      {{{"if-none-match", "\"a\""}}, "", 400, "if-none-match"},
      {{{"if-match", "\"a\""}, {"if-none-match", "*"}}, "", 400, "if-none-match"},
      {{{"if-none-match", "*"}}, "expect_sequence=1", 400, "expect_sequence"},
      {{}, "expect_sequence=-1", 400, "expect_sequence"},
      {{}, "expect_sequence=18446744073709551616", 400, "expect_sequence"},
  };
  for (const auto &[fields, query, code, field_at_fault] : cases) {
    EXPECT_EQ(post(fields, "1", query).code, code) << query << field_at_fault;
    EXPECT_EQ(field(), field_at_fault);
    EXPECT_THAT(host.publishes, IsEmpty());
  }
}

TEST_F(PostTest, MayNeedACondition) {
  settings = R"({"require_condition":true})";
  EXPECT_EQ(post_json("1").code, 428u);
  EXPECT_EQ(post_json("1", "expect_sequence=0").code, 0u);
}

TEST_F(PostTest, SaysWhereJsonIsMalformed) {
  EXPECT_EQ(post_json(R"({"a":})").code, 400u);
  EXPECT_EQ(host.responses[session_id].field("content-type"), "application/problem+json");
  EXPECT_EQ(host.responses[session_id].body,
            "{\"title\":\"Bad Request\",\"status\":400,\"code\":\"INVALID_ARGUMENT\","
            "\"field\":\"body\",\"detail\":\"malformed JSON at byte 5: found }; accepted: a "
            "value\"}\n");
  EXPECT_EQ(post_json("").code, 400u);
  EXPECT_EQ(post({{"content-type", "application/geo+json"}}, "{").code, 400u);
  EXPECT_THAT(host.publishes, IsEmpty());
}

TEST_F(PostTest, RefusesTopics) {
  const std::pair<std::string_view, uint32_t> cases[] = {
      {"/topics/", 400},       {"/topics/a/%23", 400},  {"/topics/a/+", 400}, {"/topics/%2B", 400},
      {"/topics/a%00", 400},   {"/topics/%ff", 400},    {"/topics/%zz", 400}, {"/topics/%2", 400},
      {"/topics/$SYS/a", 403}, {"/topics/%24SYS", 403}, {"/elsewhere", 404}};
  for (const auto &[path, code] : cases) {
    EXPECT_EQ(ask({.method = "POST", .path = path}).code, code) << path;
    EXPECT_EQ(field(), code == 404 ? "" : "topic");
  }
}

TEST_F(PostTest, TakesEveryLegalTopic) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"/topics/game/42%2Fmove", "game/42/move"},
      {"/topics//a//", "/a//"},
      {"/topics/caf%C3%A9%20%F0%9F%98%80", "café 😀"},
      {"/topics/a%25b", "a%b"}};
  for (const auto &[path, topic] : cases) {
    EXPECT_EQ(ask({.method = "POST", .path = path}).code, 0u) << path;
    EXPECT_EQ(event().topic()->string_view(), topic);
  }
  EXPECT_EQ(ask({.method = "POST", .path = "/topics/caf%C3%A9%3Fa"}).code, 0u);
  EXPECT_EQ(acknowledge({{0, 1, 2}}).field("location"), "/topics/caf%C3%A9%3Fa?position=test@1:2");
}

TEST_F(PostTest, RefusesWhatItDoesNotUnderstand) {
  const std::tuple<FieldList, std::string_view, uint32_t, std::string_view> cases[] = {
      {{{"content-type", "json"}}, "", 415, "content-type"},
      {{{"content-type", "application/json; charset=latin1"}}, "", 415, "content-type"},
      {{{"content-type", "application/cloudevents+xml"}}, "", 415, "content-type"},
      {{{"content-encoding", "gzip"}}, "", 415, "content-encoding"},
      {{{"accept", "text/html"}}, "", 406, "accept"},
      {{{"accept", "application/json;q=0, */*"}}, "", 406, "accept"},
      {{{"idempotency-key", "\"\""}}, "", 400, "idempotency-key"},
      {{{"idempotency-key", std::string(1025, 'k')}}, "", 400, "idempotency-key"},
      {{{"slipring-retain", "yes"}}, "", 400, "retain"},
      {{}, "retian=true", 400, "query"},
      {{}, "retain=1", 400, "retain"},
      {{}, "type=%zz", 400, "query"},
      {{{"content-type", "application/cloudevents+json"}}, "type=a", 400, "type"}};
  for (const auto &[fields, query, code, field_at_fault] : cases) {
    EXPECT_EQ(post(fields, "1", query).code, code) << field_at_fault << query;
    EXPECT_EQ(field(), field_at_fault);
    EXPECT_THAT(host.publishes, IsEmpty());
  }
  post({{"content-encoding", "gzip"}}, "1");
  EXPECT_EQ(host.responses[session_id].field("accept-encoding"), "identity");
}

TEST_F(PostTest, RefusesABodyThatIsTooLarge) {
  settings = R"({"max_body":4})";
  EXPECT_EQ(post_json("12345").code, 413u);
  EXPECT_EQ(field(), "body");
  ask({.method = "POST", .path = "/topics/a", .length = SLIPRING_LENGTH_UNKNOWN});
  EXPECT_EQ(adapter().body(session_id, state, "1234", true), SLIPRING_OK);
  EXPECT_EQ(adapter().consumed, 0u);
  EXPECT_EQ(adapter().body(session_id, state, "12345", true), SLIPRING_OK);
  EXPECT_EQ(host.responses[session_id].code, 413u);
  EXPECT_THAT(host.publishes, IsEmpty());
}

TEST_F(PostTest, WaitsWhileTheHostHasNoRoomAndIsDoneOnceAfterwards) {
  host.publish_answer = SLIPRING_PENDING;
  EXPECT_EQ(post_json("1").code, 0u);
  EXPECT_EQ(answered, SLIPRING_PENDING);
  EXPECT_EQ(adapter().consumed, 0u);
  host.publish_answer = SLIPRING_OK;
  EXPECT_EQ(adapter().body(session_id, state, "1", false), SLIPRING_OK);
  EXPECT_THAT(host.publishes, SizeIs(1));
}

TEST_F(PostTest, WithoutBodyAndRoomItIsAskedToComeAgain) {
  host.publish_answer = SLIPRING_PENDING;
  EXPECT_EQ(post({}, "").code, 503u);
  EXPECT_EQ(host.responses[session_id].field("retry-after"), "1");
}

TEST_F(PostTest, PassesOnWhatTheHostRefuses) {
  const std::pair<slipring_status, uint32_t> cases[] = {
      {SLIPRING_INVALID_ARGUMENT, 400},   {SLIPRING_PERMISSION_DENIED, 403},
      {SLIPRING_RESOURCE_EXHAUSTED, 429}, {SLIPRING_UNAVAILABLE, 503},
      {SLIPRING_INTERNAL, 500},           {SLIPRING_UNAUTHENTICATED, 401}};
  host.why = "because \"so\"";
  for (const auto &[status, code] : cases) {
    host.publish_answer = status;
    EXPECT_EQ(post_json("1").code, code);
    EXPECT_EQ(detail(), "because \\\"so\\\"");
    const bool again = code == 429 || code == 503;
    EXPECT_EQ(host.responses[session_id].field("retry-after"), again ? "1" : "");
  }
}

TEST_F(PostTest, OtherMethodsAreToldWhichThereAre) {
  for (const char *method : {"PUT", "DELETE", "PATCH", "BREW"}) {
    EXPECT_EQ(ask({.method = method, .path = "/topics/a"}).code, 405u);
    EXPECT_EQ(host.responses[session_id].field("allow"), "GET, HEAD, OPTIONS, POST");
    EXPECT_EQ(field(), "method");
  }
  const FakeResponse &response = ask({.method = "OPTIONS", .path = "/topics/a"});
  EXPECT_EQ(response.code, 204u);
  EXPECT_EQ(response.field("allow"), "GET, HEAD, OPTIONS, POST");
  EXPECT_THAT(response.field("accept-post"), HasSubstr("application/cloudevents+json"));
  EXPECT_TRUE(response.finished);
}

}  // namespace
}  // namespace slipring::rest
