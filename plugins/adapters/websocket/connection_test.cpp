// Messages that are none, ids, events as they are sent, and the way to another version.

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
  EXPECT_EQ(say(R"({"op":"help","id":7})"),
            error("7", "UNIMPLEMENTED",
                  R"(\"op\": found \"help\"; accepted: subscribe, publish, unsubscribe, cursor)"));
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
    EXPECT_EQ(say("{\"op\":\"no\",\"id\":" + std::string(id) + "}"),
              error(id, "UNIMPLEMENTED",
                    R"(\"op\": found \"no\"; accepted: subscribe, publish, unsubscribe, cursor)"));
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

class EventTest : public AdapterTest {
 protected:
  sdk::EventBuilder builder;

  std::string rendered(sdk::testing::Assigned at = {}) {
    const std::string event(sdk::view(builder.finish()));
    const sdk::testing::Rendering made = adapter.render(1, event, at);
    EXPECT_EQ(made.status, SLIPRING_OK);
    EXPECT_EQ(made.kind, SLIPRING_MESSAGE_TEXT);
    return made.text;
  }
};

TEST_F(EventTest, HasEveryMemberThatIsSet) {
  builder.topic("game/42/move").type("game.move").id("e1").source("/b").key("42").time_ns(1);
  builder.payload(R"({"move": "e4"})", "application/json");
  EXPECT_EQ(rendered({.epoch = 3, .sequence = 9}),
            R"({"op":"event","topic":"game/42/move","type":"game.move","eid":"e1","source":"/b",)"
            R"("time":"1970-01-01T00:00:00.000000001Z","position":"test@3:9","key":"42",)"
            R"("data":{"move": "e4"}})");
}

TEST_F(EventTest, LeavesOutWhatIsNotAndTellsWhenTheHostTookIt) {
  builder.topic("t");
  EXPECT_EQ(rendered({.recorded_ns = 1'000'000'000}),
            R"({"op":"event","topic":"t","time":"1970-01-01T00:00:01Z"})");
}

TEST_F(EventTest, EscapesTexts) {
  builder.topic("a\"\\b\x01é\xe2\x80\xa8").payload("1", "application/json");
  EXPECT_EQ(rendered(),
            "{\"op\":\"event\",\"topic\":\"a\\\"\\\\b\\u0001é\xe2\x80\xa8\","
            "\"time\":\"1970-01-01T00:00:00Z\",\"data\":1}");
}

TEST_F(EventTest, HasOtherPayloadsAsBase64) {
  builder.topic("t").payload(std::string_view("\0\xff", 2), "image/png");
  EXPECT_THAT(rendered(), HasSubstr(R"(,"content_type":"image/png","data_base64":"AP8="})"));
  builder.topic("t").payload("x", "");
  EXPECT_THAT(rendered(), HasSubstr(R"(Z","data_base64":"eA=="})"));
  builder.topic("t").payload("", "text/plain");
  EXPECT_THAT(rendered(), HasSubstr(R"(,"content_type":"text/plain","data_base64":""})"));
}

TEST_F(EventTest, IsNotBrokenByAPayloadThatOnlySaysItIsJson) {
  for (const char *payload : {"", "{", "1,\"op\":\"error\"", "\"\xff\"", "NaN", "{}}"}) {
    builder.topic("t").payload(payload, "application/json");
    EXPECT_THAT(rendered(), HasSubstr(R"(,"content_type":"application/json","data_base64":")"))
        << payload;
  }
}

TEST_F(EventTest, InAnotherFormatIsRefused) {
  builder.topic("t");
  EXPECT_EQ(adapter.render(2, sdk::view(builder.finish())).status, SLIPRING_UNIMPLEMENTED);
}

class MoveTest : public AdapterTest {
 protected:
  sdk::testing::EventAdapterUnderTest next{host, &Adapter::factory};
  void *moved = nullptr;

  void move() {
    const std::string exported = adapter.export_state(session_id, state, 1);
    ASSERT_EQ(adapter.exported, SLIPRING_OK);
    ASSERT_EQ(next.import_state(session_id, 1, exported, &moved), SLIPRING_OK) << next.reason();
  }
  void TearDown() override {
    if (moved != nullptr) next.close(session_id, moved);
    AdapterTest::TearDown();
  }
  std::string say_next(std::string_view message) {
    host.sent.clear();
    EXPECT_EQ(next.receive(session_id, moved, message), SLIPRING_OK);
    return heard();
  }
};

TEST_F(MoveTest, TakesTheClientsIdsAlong) {
  subscribe("1");
  subscribe("\"two\"");
  move();
  EXPECT_THAT(say_next(R"({"op":"subscribe","id":"two","filters":["a"]})"),
              HasSubstr("ALREADY_EXISTS"));
  EXPECT_EQ(say_next(R"({"op":"unsubscribe","id":5,"sub":1})"),
            R"({"op":"unsubscribed","id":5,"sub":1})");
  EXPECT_THAT(host.unsubscribed, ElementsAre(host.subscribes.at(0).id));
}

TEST_F(MoveTest, NeverGivesANumberTwice) {
  subscribe("1");
  (void)say(R"({"op":"unsubscribe","id":5,"sub":1})");
  move();
  EXPECT_EQ(say_next(R"({"op":"subscribe","id":1,"filters":["a"]})"), "");
  EXPECT_NE(host.subscribes.at(0).id, host.subscribes.at(1).id);
}

TEST_F(MoveTest, AnswersWhatTheVersionBeforeItWasAsked) {
  EXPECT_EQ(say(R"({"op":"subscribe","id":1,"filters":["a"]})"), "");
  EXPECT_EQ(say(R"({"op":"subscribe","id":2,"filters":["a"]})"), "");
  EXPECT_EQ(say(R"({"op":"unsubscribe","id":3,"sub":2})"),
            R"({"op":"unsubscribed","id":3,"sub":2})");
  EXPECT_EQ(say(R"({"op":"publish","id":"p","topic":"t"})"), "");
  move();
  EXPECT_EQ(next.subscribed(moved, host.subscribes.at(0), "c"), SLIPRING_OK);
  EXPECT_EQ(heard(), R"({"op":"subscribed","id":1,"from":"live","cursor":"c"})");
  EXPECT_EQ(next.subscribe_failed(moved, host.subscribes.at(1), SLIPRING_CANCELLED, "gone"),
            SLIPRING_OK);
  EXPECT_EQ(heard(), error("2", "CANCELLED", "gone"));
  EXPECT_EQ(next.published(moved, host.publishes.at(0), {.epoch = 1, .sequence = 2}), SLIPRING_OK);
  EXPECT_EQ(heard(), R"({"op":"published","id":"p","position":"test@1:2"})");
}

TEST_F(MoveTest, WritesTheSameStateAgain) {
  subscribe("1");
  move();
  EXPECT_EQ(next.export_state(session_id, moved, 1), adapter.export_state(session_id, state, 1));
}

TEST_F(MoveTest, RefusesGarbageWithAReason) {
  void *none = nullptr;
  for (const std::string &garbage : {std::string(), std::string(64, '\xff'), std::string(8, '\0')})
    EXPECT_EQ(next.import_state(session_id, 1, garbage, &none), SLIPRING_INVALID_ARGUMENT);
  EXPECT_THAT(next.reason(), HasSubstr("are no state (SLJ1)"));
  EXPECT_EQ(next.import_state(session_id, 2, "", &none), SLIPRING_UNIMPLEMENTED);
  EXPECT_EQ(none, nullptr);
}

TEST_F(MoveTest, RefusesEveryCutAndEveryChangedByteOrReadsIt) {
  subscribe("1");
  subscribe("\"two\"");
  const std::string good = adapter.export_state(session_id, state, 1);
  const auto offer = [&](const std::string &exported) {
    void *made = nullptr;
    if (next.import_state(session_id, 1, exported, &made) == SLIPRING_OK)
      next.release(session_id, made);
  };
  for (size_t size = 0; size < good.size(); ++size) offer(good.substr(0, size));
  for (size_t at = 0; at < good.size(); ++at) {
    for (const int change : {0xff, 0x01, 0x80}) {
      std::string changed = good;
      changed[at] = static_cast<char>(changed[at] ^ change);
      offer(changed);
    }
  }
}

// A state as another build might write it.
std::string written(uint64_t last, std::vector<std::pair<uint64_t, std::string>> entries,
                    Phase phase = Phase::active) {
  flatbuffers::FlatBufferBuilder builder;
  std::vector<flatbuffers::Offset<state::Subscription>> all;
  for (const auto &[number, client] : entries)
    all.push_back(state::CreateSubscription(builder, number, builder.CreateString(client), phase));
  state::FinishStateBuffer(builder, state::CreateState(builder, last, builder.CreateVector(all)));
  return {reinterpret_cast<const char *>(builder.GetBufferPointer()), builder.GetSize()};
}

TEST_F(MoveTest, RefusesAStateThatNoSessionCanHaveHad) {
  void *none = nullptr;
  for (const std::string &state :
       {written(1, {{2, "1"}}), written(3, {{2, "1"}, {2, "2"}}), written(3, {{2, "1"}, {1, "2"}}),
        written(3, {{0, "1"}}), written(3, {{1, "1"}, {2, "1"}}), written(3, {{1, ""}}),
        written(3, {{1, "\"a"}}), written(3, {{1, "1} "}}), written(3, {{1, "\"a\",\"b\""}}),
        written(3, {{1, "1"}}, static_cast<Phase>(3))})
    EXPECT_EQ(next.import_state(session_id, 1, state, &none), SLIPRING_INVALID_ARGUMENT);
  EXPECT_EQ(next.import_state(session_id, 1, written(3, {{1, "1"}, {3, "\"1\""}}), &moved),
            SLIPRING_OK);
}

}  // namespace
}  // namespace slipring::json_v1
