// Events as they are sent.

#include "adapter_test.hpp"

namespace slipring::json_v1 {
namespace {

using ::testing::HasSubstr;

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
  EXPECT_EQ(adapter.render(3, sdk::view(builder.finish())).status, SLIPRING_UNIMPLEMENTED);
}

}  // namespace
}  // namespace slipring::json_v1
