#include "testing.hpp"

namespace slipring::sse {
namespace {

constexpr std::string_view listed =
    R"({"cors":{"origins":["https://a.example","https://b.example"],"credentials":true}})";

struct CorsTest : StreamTest {
  CorsTest() : StreamTest(listed) {}
};
struct OpenCorsTest : StreamTest {
  OpenCorsTest() : StreamTest(R"({"cors":{"origins":["*"],"max_age":60}})") {}
};
using NoCorsTest = StreamTest;

TEST_F(CorsTest, LetsPagesOfListedOriginsRead) {
  ask({.query = "topic=a", .fields = {{"origin", "https://b.example"}}});
  EXPECT_EQ(adapter.subscribed(state, host.subscribes.at(0), "CUR"), SLIPRING_OK);
  const FakeResponse &response = host.responses[session];
  EXPECT_EQ(response.field("access-control-allow-origin"), "https://b.example");
  EXPECT_EQ(response.field("access-control-allow-credentials"), "true");
  EXPECT_EQ(response.field("access-control-expose-headers"), "slipring-cursor, slipring-from");
  EXPECT_EQ(response.field("vary"), "origin");
}

TEST_F(CorsTest, LetsThemReadWhatIsWrong) {
  const FakeResponse &response = ask({.fields = {{"origin", "https://a.example"}}});
  EXPECT_EQ(response.code, 400u);
  EXPECT_EQ(response.field("access-control-allow-origin"), "https://a.example");
}

TEST_F(CorsTest, SaysNothingToOthers) {
  for (const char *origin : {"https://c.example", "null", "https://a.example.evil"}) {
    const FakeResponse &response =
        ask({.method = "HEAD", .query = "topic=a", .fields = {{"origin", origin}}});
    EXPECT_EQ(response.code, 200u);
    EXPECT_EQ(response.field("access-control-allow-origin"), "") << origin;
  }
}

TEST_F(OpenCorsTest, LetsEverybodyReadWithoutCookies) {
  const FakeResponse &response =
      ask({.method = "HEAD", .query = "topic=a", .fields = {{"origin", "https://c.example"}}});
  EXPECT_EQ(response.field("access-control-allow-origin"), "*");
  EXPECT_EQ(response.field("access-control-allow-credentials"), "");
  EXPECT_EQ(response.field("vary"), "");
}

TEST_F(OpenCorsTest, AnswersAPreflight) {
  const FakeResponse &response =
      ask({.method = "OPTIONS",
           .fields = {{"origin", "https://c.example"}, {"access-control-request-method", "GET"}}});
  EXPECT_EQ(response.code, 204u);
  EXPECT_EQ(response.field("access-control-allow-methods"), "GET, HEAD");
  EXPECT_EQ(response.field("access-control-allow-headers"), "cache-control, last-event-id");
  EXPECT_EQ(response.field("access-control-max-age"), "60");
  EXPECT_TRUE(response.finished);
}

TEST_F(NoCorsTest, IsNotSpokenUnlessConfigured) {
  const FakeResponse &response =
      ask({.method = "OPTIONS",
           .fields = {{"origin", "https://c.example"}, {"access-control-request-method", "GET"}}});
  EXPECT_EQ(response.code, 204u);
  EXPECT_EQ(response.field("allow"), "GET, HEAD, OPTIONS");
  for (const auto &[name, value] : response.fields) {
    EXPECT_FALSE(name.starts_with("access-control")) << name;
  }
}

}  // namespace
}  // namespace slipring::sse
