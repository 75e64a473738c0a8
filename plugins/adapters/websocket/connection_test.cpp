// Messages that are none, ids, and how a connection ends.

#include "adapter_test.hpp"

namespace slipring::json_v1 {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using ConnectionTest = AdapterTest;

TEST_F(ConnectionTest, AnswersMalformedJsonAndStaysOpen) {
  EXPECT_EQ(say("hello"), error("", "INVALID_ARGUMENT",
                                "malformed JSON at byte 0: found h; accepted: an object"));
  EXPECT_THAT(say(""), HasSubstr("at byte 0: found the end"));
  EXPECT_THAT(say("[]"), HasSubstr("accepted: an object"));
  EXPECT_THAT(say(R"({"op":"publish","topic":"t"} {})"), HasSubstr("the end of the message"));
  EXPECT_THAT(say("{\"op\":\"publish\",\"topic\":\"\xff\"}"), HasSubstr("UTF-8"));
  EXPECT_THAT(say(std::string(1 << 20, '[')), HasSubstr("INVALID_ARGUMENT"));
  EXPECT_EQ(host.counters["websocket_bad_json_total"], 6u);
  EXPECT_THAT(host.publishes, IsEmpty());
  EXPECT_THAT(host.closed, IsEmpty());
  EXPECT_THAT(host.lines, Each("a client sends what is no JSON object"));
}

TEST_F(ConnectionTest, RefusesBinaryMessages) {
  EXPECT_EQ(adapter.receive(session_id, state, "{}", false, SLIPRING_MESSAGE_BINARY), SLIPRING_OK);
  EXPECT_EQ(heard(),
            error("", "INVALID_ARGUMENT", "found a binary message; accepted: text messages"));
}

TEST_F(ConnectionTest, NamesTheOperationsItHas) {
  EXPECT_EQ(
      say(R"({"op":"shout","id":7})"),
      error("7", "UNIMPLEMENTED",
            R"(\"op\": found \"shout\"; accepted: subscribe, publish, unsubscribe, cursor, help)"));
  EXPECT_EQ(say(R"({"id":7})"),
            error("7", "INVALID_ARGUMENT", R"(\"op\": found nothing; accepted: a string)"));
  EXPECT_EQ(say(R"({"op":7})"),
            error("", "INVALID_ARGUMENT", R"(\"op\": found 7; accepted: a string)"));
  EXPECT_EQ(host.counters["websocket_bad_request_total"], 3u);
}

TEST_F(ConnectionTest, RefusesMembersThatStandThereTwice) {
  EXPECT_EQ(
      say(R"({"op":"publish","id":1,"topic":"t","topic":"t"})"),
      error("1", "INVALID_ARGUMENT", R"(member \"topic\" stands there twice; accepted: once)"));
  EXPECT_EQ(say(R"({"id":1,"op":"publish","topic":"t","i\u0064":2})"),
            error("", "INVALID_ARGUMENT", R"(member \"id\" stands there twice; accepted: once)"));
}

TEST_F(ConnectionTest, EchoesIdsAsTheyStand) {
  for (const char *id : {"0", "9007199254740991", "\"a\"", "\"\\u0061\\\"\"", "\"é😀\"",
                         "\"123456789012345678901234567890123456789012345678901234567890\""})
    EXPECT_EQ(
        say("{\"op\":\"no\",\"id\":" + std::string(id) + "}"),
        error(id, "UNIMPLEMENTED",
              R"(\"op\": found \"no\"; accepted: subscribe, publish, unsubscribe, cursor, help)"));
}

TEST_F(ConnectionTest, RefusesOtherIdsWithoutEchoingThem) {
  for (const char *id :
       {"-1", "1.0", "1e3", "9007199254740992", "\"\"", "null", "[1]", "{}", "true",
        "\"1234567890123456789012345678901234567890123456789012345678901\""})
    EXPECT_THAT(
        say("{\"op\":\"publish\",\"topic\":\"t\",\"id\":" + std::string(id) + "}"),
        AllOf(HasSubstr(R"({"op":"error","status":"INVALID_ARGUMENT","message":"\"id\": found)"),
              HasSubstr("accepted: an integer from 0 to 9007199254740991")))
        << id;
  EXPECT_THAT(host.publishes, IsEmpty());
}

TEST_F(ConnectionTest, ClosesAClientThatReadsNoneOfItsAnswers) {
  EXPECT_EQ(say(R"({"op":"publish","id":1,"topic":"t"})"), "");
  host.answer = SLIPRING_RESOURCE_EXHAUSTED;
  EXPECT_EQ(adapter.receive(session_id, state, "hello"), SLIPRING_OK);
  EXPECT_EQ(adapter.published(state, host.publishes.at(0), {}), SLIPRING_OK);
  const sdk::testing::Closed closed{session_id, SLIPRING_CLOSE_POLICY, "answers are not read"};
  EXPECT_THAT(host.closed, ElementsAre(closed, closed));
}

TEST_F(ConnectionTest, LeavesASessionThatIsGoneToTheHost) {
  host.answer = SLIPRING_FAILED_PRECONDITION;
  EXPECT_EQ(adapter.receive(session_id, state, "hello"), SLIPRING_FAILED_PRECONDITION);
  EXPECT_THAT(host.closed, IsEmpty());
}

TEST_F(ConnectionTest, SaysThatAndWhenToComeBack) {
  adapter.farewell(session_id, state, SLIPRING_END_HOST, SLIPRING_CLOSE_RESTART, 1234);
  EXPECT_EQ(heard(), R"({"op":"closing","reason":"service restart","retry_ms":1234})");
  adapter.farewell(session_id, state, SLIPRING_END_LIMIT, SLIPRING_CLOSE_TOO_BIG, 0);
  EXPECT_EQ(heard(), R"({"op":"closing","reason":"over a limit","retry_ms":0})");
}

TEST_F(ConnectionTest, FindsItselfWorking) {
  const auto *table = adapter.extension<slipring_self_test_adapter>(SLIPRING_SELF_TEST);
  ASSERT_NE(table, nullptr);
  sdk::testing::StringWriter reason;
  EXPECT_EQ(table->self_test(adapter.instance(), &reason.writer), SLIPRING_OK) << reason.text;
}

}  // namespace
}  // namespace slipring::json_v1
