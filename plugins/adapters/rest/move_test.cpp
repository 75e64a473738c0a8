#include "exchange_test.hpp"

namespace slipring::rest {
namespace {

using ::testing::SizeIs;

class MoveTest : public ExchangeTest {
 protected:
  void move() {
    const std::string exported = adapter().export_state(session_id, state, 1);
    ASSERT_EQ(adapter().exported, SLIPRING_OK);
    void *next = nullptr;
    ASSERT_EQ(adapter().import_state(session_id, 1, exported, &next), SLIPRING_OK);
    adapter().release(session_id, state);
    state = next;
  }
};

TEST_F(MoveTest, WhileTheBodyIsComing) {
  ask({.method = "POST",
       .path = "/topics/a/b",
       .query = "retain=true&expect_sequence=5",
       .fields = {{"ce-specversion", "1.0"},
                  {"ce-id", "1"},
                  {"ce-source", "/s"},
                  {"ce-type", "t"},
                  {"content-type", "text/plain"},
                  {"idempotency-key", "k"}},
       .length = 5});
  EXPECT_EQ(adapter().body(session_id, state, "hel", true), SLIPRING_OK);
  move();
  EXPECT_EQ(adapter().body(session_id, state, "hello", false), SLIPRING_OK);
  ASSERT_THAT(host.publishes, SizeIs(1));
  EXPECT_EQ(event().id()->str(), "1");
  EXPECT_EQ(event().content_type()->str(), "text/plain");
  EXPECT_EQ(event().delivery()->deduplication_id()->str(), "k");
  EXPECT_TRUE(event().delivery()->retain());
  EXPECT_EQ(host.publishes[0].expect_sequence, 5u);
  EXPECT_EQ(payload(), "hello");
}

TEST_F(MoveTest, BeforeThePublishIsAcknowledged) {
  settings = R"({"cors":{"origins":["https://a.example"]}})";
  post({{"origin", "https://a.example"}}, "1", "expect_sequence=5");
  move();
  EXPECT_EQ(acknowledge({{0, 1, 6}}).code, 201u);
  EXPECT_EQ(host.responses[session_id].body, "{\"topic\":\"a/b\",\"position\":\"test@1:6\"}\n");
  EXPECT_EQ(host.responses[session_id].field("access-control-allow-origin"), "https://a.example");
}

TEST_F(MoveTest, BeforeThePublishIsRefused) {
  post({}, "1", "expect_sequence=5");
  move();
  EXPECT_EQ(
      adapter().publish_failed(state, host.publishes.at(0), SLIPRING_FAILED_PRECONDITION, "n"),
      SLIPRING_OK);
  EXPECT_EQ(host.responses[session_id].code, 412u);
}

TEST_F(MoveTest, RefusesWhatIsNoState) {
  post({}, "1");
  void *next = nullptr;
  EXPECT_EQ(adapter().import_state(session_id, 1, "nonsense", &next), SLIPRING_INVALID_ARGUMENT);
  const std::string exported = adapter().export_state(session_id, state, 1);
  EXPECT_NE(adapter().import_state(session_id, 2, exported, &next), SLIPRING_OK);
}

}  // namespace
}  // namespace slipring::rest
