#include "exchange_test.hpp"

namespace slipring::rest {
namespace {

using ::testing::HasSubstr;

class CorsTest : public ExchangeTest {
 protected:
  CorsTest() {
    settings = R"({"cors":{"origins":["https://a.example"],"credentials":true,"max_age":5}})";
  }
  const FakeResponse &preflight(std::string_view origin) {
    return ask({.method = "OPTIONS",
                .path = "/topics/a",
                .fields = {{"origin", std::string(origin)},
                           {"access-control-request-method", "POST"},
                           {"access-control-request-headers", "content-type,ce-id"}}});
  }
};

TEST_F(CorsTest, AnswersWhatABrowserAsksBefore) {
  const FakeResponse &response = preflight("https://a.example");
  EXPECT_EQ(response.code, 204u);
  EXPECT_EQ(response.field("access-control-allow-origin"), "https://a.example");
  EXPECT_EQ(response.field("access-control-allow-credentials"), "true");
  EXPECT_EQ(response.field("access-control-allow-headers"), "content-type,ce-id");
  EXPECT_THAT(response.field("access-control-allow-methods"), HasSubstr("POST"));
  EXPECT_EQ(response.field("access-control-max-age"), "5");
  EXPECT_EQ(response.field("vary"), "origin");
}

TEST_F(CorsTest, SaysNothingToOthers) {
  const FakeResponse &response = preflight("https://b.example");
  EXPECT_EQ(response.field("access-control-allow-origin"), "");
  EXPECT_EQ(response.field("access-control-allow-methods"), "");
  EXPECT_EQ(response.field("vary"), "origin");
}

TEST_F(CorsTest, LetsScriptsReadAnswersAndRefusals) {
  post({{"origin", "https://a.example"}, {"content-type", "application/json"}}, "{");
  EXPECT_EQ(host.responses[session_id].code, 400u);
  EXPECT_EQ(host.responses[session_id].field("access-control-allow-origin"), "https://a.example");
  EXPECT_THAT(host.responses[session_id].field("access-control-expose-headers"),
              HasSubstr("slipring-position"));
}

TEST_F(CorsTest, IsSilentUnlessConfigured) {
  settings.clear();
  EXPECT_EQ(preflight("https://a.example").field("access-control-allow-origin"), "");
  EXPECT_EQ(host.responses[session_id].field("vary"), "");
}

}  // namespace
}  // namespace slipring::rest
