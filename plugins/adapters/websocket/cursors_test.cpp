// Events that carry the cursor behind them.

#include "adapter_test.hpp"

namespace slipring::json_v1 {
namespace {

using sdk::testing::Hole;
using sdk::testing::Rendering;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class CursorsTest : public AdapterTest {
 protected:
  sdk::EventBuilder builder;

  // Subscribes {"op":"subscribe","id":…,"filters":["a"],"cursors":…}.
  std::string ask(std::string_view id, std::string_view cursors = "true") {
    return say("{\"op\":\"subscribe\",\"id\":" + std::string(id) +
               ",\"filters\":[\"a\"],\"cursors\":" + std::string(cursors) + "}");
  }
  Rendering rendered(uint64_t format, sdk::testing::Assigned at) {
    builder.topic("t").time_ns(1).payload("1", "application/json");
    return adapter.render(format, std::string(sdk::view(builder.finish())), at);
  }
};

TEST_F(CursorsTest, AreAFormatOfTheirOwn) {
  EXPECT_EQ(ask("1"), "");
  EXPECT_EQ(host.subscribes.back().format, 2u);
  EXPECT_EQ(ask("2", "false"), "");
  EXPECT_EQ(host.subscribes.back().format, 1u);
}

TEST_F(CursorsTest, StandAtTheEndOfAnEvent) {
  const Rendering made = rendered(2, {.epoch = 3, .sequence = 9});
  EXPECT_EQ(made.kind, SLIPRING_MESSAGE_TEXT);
  EXPECT_THAT(made.holes, ElementsAre(Hole{made.text.size() - 2, SLIPRING_HOLE_CURSOR, 0}));
  EXPECT_EQ(made.with_cursor("AbC-_"),
            R"({"op":"event","topic":"t","time":"1970-01-01T00:00:00.000000001Z",)"
            R"("position":"test@3:9","data":1,"cursor":"AbC-_"})");
}

TEST_F(CursorsTest, AreLeftOutWhereAnEventHasNoPosition) {
  EXPECT_EQ(rendered(2, {}).text, rendered(1, {}).text);
  EXPECT_THAT(rendered(2, {}).holes, IsEmpty());
}

TEST_F(CursorsTest, AreInNoEventOfOtherSubscriptions) {
  const Rendering made = rendered(1, {.epoch = 3, .sequence = 9});
  EXPECT_THAT(made.text, ::testing::EndsWith(R"("data":1})"));
  EXPECT_THAT(made.holes, IsEmpty());
}

TEST_F(CursorsTest, BelongToOneSubscriptionAtATime) {
  EXPECT_EQ(ask("\"mine\""), "");
  const std::string refused = error(
      "2", "FAILED_PRECONDITION",
      R"(\"cursors\": subscription \"mine\" of this session has them; accepted: one at a time)");
  EXPECT_EQ(ask("2"), refused);
  EXPECT_EQ(adapter.subscribed(state, host.subscribes.at(0), "c"), SLIPRING_OK);
  (void)heard();
  EXPECT_EQ(ask("2"), refused);
  EXPECT_EQ(host.subscribes.size(), 1u);
  EXPECT_EQ(say(R"({"op":"unsubscribe","id":5,"sub":"mine"})"),
            R"({"op":"unsubscribed","id":5,"sub":"mine"})");
  EXPECT_EQ(ask("2"), "");
}

TEST_F(CursorsTest, AreFreeAgainWhenASubscribeIsTakenBackOrFails) {
  EXPECT_EQ(ask("1"), "");
  EXPECT_EQ(say(R"({"op":"unsubscribe","id":5,"sub":1})"),
            R"({"op":"unsubscribed","id":5,"sub":1})");
  EXPECT_EQ(ask("2"), "");
  EXPECT_EQ(adapter.subscribe_failed(state, host.subscribes.at(1), SLIPRING_OUT_OF_RANGE, "later"),
            SLIPRING_OK);
  EXPECT_EQ(heard(), error("2", "OUT_OF_RANGE", "later"));
  EXPECT_EQ(ask("3"), "");
}

TEST_F(CursorsTest, AreNotTakenByASubscribeThatTheHostRefuses) {
  host.subscribe_answer = SLIPRING_RESOURCE_EXHAUSTED;
  EXPECT_THAT(ask("1"), HasSubstr("RESOURCE_EXHAUSTED"));
  host.subscribe_answer = SLIPRING_OK;
  EXPECT_EQ(ask("1"), "");
}

TEST_F(CursorsTest, AreAskedForByTrue) {
  EXPECT_EQ(ask("1", "\"yes\""), error("1", "INVALID_ARGUMENT",
                                       R"(\"cursors\": found \"yes\"; accepted: true or false)"));
}

}  // namespace
}  // namespace slipring::json_v1
