#include "blocks.hpp"

#include "testing.hpp"

namespace slipring::sse {
namespace {

using sdk::testing::Rendering;

TEST(Data, HasAFieldForEachLine) {
  std::string to;
  append_data(to, "one");
  EXPECT_EQ(to, "data: one\n");
  to.clear();
  append_data(to, "a\nb\r\nc\rd\n");
  EXPECT_EQ(to, "data: a\ndata: b\ndata: c\ndata: d\ndata: \n");
}

TEST(Type, IsLeftOutWhereItWouldMeanSomethingElse) {
  const auto typed = [](std::string_view type) {
    std::string to;
    append_type(to, type);
    return to;
  };
  EXPECT_EQ(typed("game.move"), "event: game.move\n");
  EXPECT_EQ(typed(" spaced"), "event:  spaced\n") << "one space belongs to the field";
  for (const std::string_view type : {"", "a\nb", "a\rb", "error", "open", "gap", "subscribed"}) {
    EXPECT_EQ(typed(type), "") << type;
  }
  EXPECT_EQ(typed(std::string_view("a\0b", 3)), "");
}

class BlocksTest : public StreamTest {
 protected:
  Rendering render(uint64_t format, sdk::testing::Assigned at = {.epoch = 1, .sequence = 2}) {
    const slipring_bytes raw = event.finish();
    at.recorded_ns = 1'000'000'000;
    return adapter.render(format, sdk::view(raw), at);
  }
  sdk::EventBuilder event;
};

TEST_F(BlocksTest, OfAnEventHaveItsCursorAsIdAndTheObjectOfSlipringJson) {
  event.topic("a/b").type("t").payload(R"({"n":1.0})", "application/json");
  EXPECT_EQ(render(by_message).with_cursor("CUR"),
            "id: CUR\n"
            R"(data: {"op":"event","topic":"a/b","type":"t","time":"1970-01-01T00:00:01Z",)"
            R"("position":"test@1:2","data":{"n":1.0}})"
            "\n\n");
}

TEST_F(BlocksTest, AreOfTheTypeMessageUnlessAskedOtherwise) {
  event.topic("a").type("game.move");
  EXPECT_EQ(render(by_message).text.find("event:"), std::string::npos);
  event.topic("a").type("game.move");
  EXPECT_THAT(render(by_type).with_cursor("C"),
              ::testing::StartsWith("id: C\nevent: game.move\ndata: {"));
}

TEST_F(BlocksTest, OfAnEventWithoutPositionLeaveTheIdAlone) {
  event.topic("a");
  const Rendering made = render(by_message, {});
  EXPECT_TRUE(made.holes.empty());
  EXPECT_THAT(made.text, ::testing::StartsWith("data: {"));
}

TEST_F(BlocksTest, KeepAPayloadOfSeveralLinesInOneEvent) {
  event.topic("a").payload("{\r\n \"n\": 1\n}", "application/json");
  EXPECT_THAT(render(by_message).text,
              ::testing::EndsWith("\"data\":{\ndata:  \"n\": 1\ndata: }}\n\n"));
}

TEST_F(BlocksTest, AreNotMadeInAFormatThatThereIsNot) {
  event.topic("a");
  EXPECT_EQ(render(3).status, SLIPRING_UNIMPLEMENTED);
}

TEST_F(BlocksTest, AnnounceAGap) {
  get("topic=a");
  slipring_gap gap{};
  gap.struct_size = sizeof gap;
  gap.from = sdk::bytes("s@1:3");
  gap.to = sdk::bytes("s@1:5");
  gap.count = 3;
  gap.reason = sdk::bytes("retention");
  EXPECT_EQ(adapter.render_gap(session, state, gap).text,
            "event: gap\n"
            R"(data: {"op":"gap","from":"s@1:3","to":"s@1:5","count":3,"reason":"retention"})"
            "\n\n");
}

TEST_F(BlocksTest, AreWhatTheRehearsalExpects) {
  const auto *test = adapter.extension<slipring_self_test_adapter>(SLIPRING_SELF_TEST);
  sdk::testing::StringWriter reason;
  EXPECT_EQ(test->self_test(adapter.instance(), &reason.writer), SLIPRING_OK) << reason.text;
}

}  // namespace
}  // namespace slipring::sse
