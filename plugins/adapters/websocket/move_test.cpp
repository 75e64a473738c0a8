// The way to another version.

#include "adapter_test.hpp"

namespace slipring::json_v1 {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class MoveTest : public AdapterTest {
 protected:
  sdk::testing::EventAdapterUnderTest next{host, &Adapter::factory};
  void *moved = nullptr;

  void move(uint32_t schema = 2) {
    const std::string exported = adapter.export_state(session_id, state, schema);
    ASSERT_EQ(adapter.exported, SLIPRING_OK);
    ASSERT_EQ(next.import_state(session_id, schema, exported, &moved), SLIPRING_OK)
        << next.reason();
  }
  // Subscription 1, whose events carry cursors.
  void subscribe_with_cursors() {
    (void)say(R"({"op":"subscribe","id":1,"filters":["a"],"cursors":true})");
    ASSERT_EQ(adapter.subscribed(state, host.subscribes.back(), "c"), SLIPRING_OK);
    (void)heard();
  }
  uint64_t format_in(uint32_t schema, uint64_t format) {
    uint64_t exported = 0;
    EXPECT_EQ(adapter.extension<slipring_render_adapter>(SLIPRING_RENDER)
                  ->export_format(adapter.instance(), format, schema, &exported),
              SLIPRING_OK);
    return exported;
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
  subscribe_with_cursors();
  subscribe("2");
  move();
  for (const uint32_t schema : {1u, 2u})
    EXPECT_EQ(next.export_state(session_id, moved, schema),
              adapter.export_state(session_id, state, schema));
}

TEST_F(MoveTest, KnowsAfterwardsWhoseEventsCarryCursors) {
  subscribe_with_cursors();
  move();
  EXPECT_THAT(say_next(R"({"op":"subscribe","id":2,"filters":["a"],"cursors":true})"),
              HasSubstr("subscription 1 of this session has them"));
  EXPECT_EQ(format_in(2, 2), 2u);
}

TEST_F(MoveTest, LeavesCursorsBehindOnTheWayBackToSchemaOne) {
  subscribe("7");
  const std::string without = adapter.export_state(session_id, state, 1);
  EXPECT_EQ(adapter.export_state(session_id, state, 2), without);
  subscribe_with_cursors();
  EXPECT_NE(adapter.export_state(session_id, state, 1), adapter.export_state(session_id, state, 2));
  move(1);
  EXPECT_EQ(format_in(1, 2), 1u);
  EXPECT_EQ(format_in(1, 1), 1u);
  EXPECT_EQ(say_next(R"({"op":"unsubscribe","id":5,"sub":1})"),
            R"({"op":"unsubscribed","id":5,"sub":1})");
  EXPECT_EQ(say_next(R"({"op":"subscribe","id":2,"filters":["a"],"cursors":true})"), "");
}

// State that version 1.0.0 wrote: subscription 1, number 1, active; "two", number 3, asked.
constexpr std::string_view first_release_state(
    "\x10\0\0\0SLJ1\x08\0\x14\0\x08\0\x04\0\x08\0\0\0\x10\0\0\0\x03\0\0\0\0\0\0\0"
    "\0\0\0\0\x02\0\0\0\x34\0\0\0\x0c\0\0\0\x08\0\x10\0\x08\0\x04\0\x08\0\0\0\x0c\0\0\0"
    "\x03\0\0\0\0\0\0\0\x05\0\0\0\"two\"\0\x0a\0\x14\0\x0c\0\x08\0\x07\0\x0a\0\0\0"
    "\0\0\0\x01\x0c\0\0\0\x01\0\0\0\0\0\0\0\x01\0\0\0\x31\0\0\0",
    120);

TEST_F(MoveTest, WritesWhatTheFirstReleaseWrote) {
  subscribe("1");
  subscribe("2");
  (void)say(R"({"op":"unsubscribe","id":5,"sub":2})");
  (void)say(R"({"op":"subscribe","id":"two","filters":["a"],"cursors":true})");
  EXPECT_EQ(adapter.export_state(session_id, state, 1), first_release_state);
}

TEST_F(MoveTest, ReadsWhatTheFirstReleaseWrote) {
  ASSERT_EQ(next.import_state(session_id, 1, first_release_state, &moved), SLIPRING_OK);
  EXPECT_EQ(next.export_state(session_id, moved, 2), first_release_state);
}

TEST_F(MoveTest, RefusesGarbageWithAReason) {
  void *none = nullptr;
  for (const std::string &garbage : {std::string(), std::string(64, '\xff'), std::string(8, '\0')})
    EXPECT_EQ(next.import_state(session_id, 2, garbage, &none), SLIPRING_INVALID_ARGUMENT);
  EXPECT_THAT(next.reason(), HasSubstr("are no state (SLJ1)"));
  EXPECT_EQ(next.import_state(session_id, 3, "", &none), SLIPRING_UNIMPLEMENTED);
  EXPECT_THAT(next.reason(), HasSubstr("found state schema 3; accepted: 1 to 2"));
  EXPECT_EQ(next.import_state(session_id, 0, "", &none), SLIPRING_UNIMPLEMENTED);
  EXPECT_EQ(none, nullptr);
}

TEST_F(MoveTest, RefusesEveryCutAndEveryChangedByteOrReadsIt) {
  subscribe_with_cursors();
  subscribe("\"two\"");
  const std::string good = adapter.export_state(session_id, state, 2);
  const auto offer = [&](const std::string &exported) {
    void *made = nullptr;
    if (next.import_state(session_id, 2, exported, &made) == SLIPRING_OK)
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
                    Phase phase = Phase::active, bool cursors = false) {
  flatbuffers::FlatBufferBuilder builder;
  std::vector<flatbuffers::Offset<state::Subscription>> all;
  for (const auto &[number, client] : entries)
    all.push_back(
        state::CreateSubscription(builder, number, builder.CreateString(client), phase, cursors));
  state::FinishStateBuffer(builder, state::CreateState(builder, last, builder.CreateVector(all)));
  return {reinterpret_cast<const char *>(builder.GetBufferPointer()), builder.GetSize()};
}

TEST_F(MoveTest, RefusesAStateThatNoSessionCanHaveHad) {
  void *none = nullptr;
  for (const std::string &state :
       {written(1, {{2, "1"}}), written(3, {{2, "1"}, {2, "2"}}), written(3, {{2, "1"}, {1, "2"}}),
        written(3, {{0, "1"}}), written(3, {{1, "1"}, {2, "1"}}), written(3, {{1, ""}}),
        written(3, {{1, "\"a"}}), written(3, {{1, "1} "}}), written(3, {{1, "\"a\",\"b\""}}),
        written(3, {{1, "1"}}, static_cast<Phase>(3)),
        written(3, {{1, "1"}, {2, "2"}}, Phase::active, true)})
    EXPECT_EQ(next.import_state(session_id, 2, state, &none), SLIPRING_INVALID_ARGUMENT);
  EXPECT_EQ(next.import_state(session_id, 2, written(3, {{1, "1"}, {3, "\"1\""}}), &moved),
            SLIPRING_OK);
}

TEST_F(MoveTest, MayHaveTakenSubscriptionsWithCursorsBack) {
  EXPECT_EQ(next.import_state(session_id, 2,
                              written(3, {{1, "1"}, {2, "2"}}, Phase::taken_back, true), &moved),
            SLIPRING_OK);
}

}  // namespace
}  // namespace slipring::json_v1
