#include "exchange.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <slipring/cpp/testing/fake_http.hpp>

#include "json_scan.hpp"

namespace slipring::api {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr slipring_session session = 7;

std::string collected;
slipring_status answers = SLIPRING_OK;

constexpr slipring_description_host description_table{
    sizeof(slipring_description_host),
    [](const slipring_host *, const slipring_writer *writer) -> slipring_status {
      if (answers != SLIPRING_OK) return answers;
      return writer->write(writer->context, sdk::bytes(collected));
    }};

class ExchangeTest : public ::testing::Test {
 protected:
  using FakeRequest = sdk::testing::FakeRequest;
  using FakeResponse = sdk::testing::FakeResponse;

  ExchangeTest() {
    host.extensions[SLIPRING_DESCRIPTION] = &description_table;
    collected = R"({"host":{"version":"1"},"mounts":[]})";
    answers = SLIPRING_OK;
  }
  void TearDown() override { close(); }

  sdk::testing::HttpAdapterUnderTest &adapter() {
    if (!made)
      made =
          std::make_unique<sdk::testing::HttpAdapterUnderTest>(host, &Adapter::factory, settings);
    return *made;
  }
  const FakeResponse &ask(const FakeRequest &request) {
    close();
    host.responses.clear();
    EXPECT_EQ(adapter().request(session, request, &state), SLIPRING_OK);
    EXPECT_TRUE(host.responses[session].finished);
    return host.responses[session];
  }
  void close() {
    if (state != nullptr) adapter().close(session, std::exchange(state, nullptr));
  }

  std::string settings = "{}";
  sdk::testing::FakeHttpHost host;
  std::unique_ptr<sdk::testing::HttpAdapterUnderTest> made;
  void *state = nullptr;
};

TEST_F(ExchangeTest, AnswersTheDocumentThatThePathNames) {
  const FakeResponse openapi = ask({.path = "/openapi.json"});
  EXPECT_EQ(openapi.code, 200u);
  EXPECT_EQ(openapi.field("content-type"), "application/json");
  EXPECT_EQ(openapi.field("cache-control"), "no-cache");
  EXPECT_EQ(openapi.field("x-content-type-options"), "nosniff");
  EXPECT_THAT(openapi.body, StartsWith(R"({"openapi":"3.1.0")"));
  const FakeResponse asyncapi = ask({.path = "/elsewhere/asyncapi.json"});
  EXPECT_THAT(asyncapi.body, StartsWith(R"({"asyncapi":"3.0.0")"));
  EXPECT_NE(asyncapi.field("etag"), openapi.field("etag"));
}

TEST_F(ExchangeTest, AnswersAnotherOneWhenWhatIsMountedHasChanged) {
  const std::string before = ask({.path = "/openapi.json"}).field("etag");
  EXPECT_EQ(ask({.path = "/openapi.json"}).field("etag"), before);
  collected =
      R"({"host":{"version":"1"},"mounts":[{"description":{"openapi":{"paths":{"/a":{}}}}}]})";
  EXPECT_THAT(ask({.path = "/openapi.json"}).body, HasSubstr(R"("paths":{"/a":{}})"));
  EXPECT_NE(host.responses[session].field("etag"), before);
}

TEST_F(ExchangeTest, IsConditional) {
  const std::string tag = ask({.path = "/openapi.json"}).field("etag");
  const auto with = [&](const char *name, const std::string &value) {
    return ask({.path = "/openapi.json", .fields = {{name, value}}});
  };
  const FakeResponse known = with("if-none-match", "W/" + tag + ", \"x\"");
  EXPECT_EQ(known.code, 304u);
  EXPECT_EQ(known.field("etag"), tag);
  EXPECT_EQ(known.body, "");
  EXPECT_EQ(with("if-none-match", "\"x\"").code, 200u);
  EXPECT_EQ(with("if-match", tag).code, 200u);
  EXPECT_EQ(with("if-match", "*").code, 200u);
  EXPECT_EQ(with("if-match", "\"x\"").code, 412u);
}

TEST_F(ExchangeTest, RefusesOtherMethodsTypesAndPaths) {
  const FakeResponse method = ask({.method = "POST", .path = "/openapi.json"});
  EXPECT_EQ(method.code, 405u);
  EXPECT_EQ(method.field("allow"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(method.field("content-type"), "application/problem+json");
  EXPECT_TRUE(json_v1::is_json(method.body));
  EXPECT_EQ(ask({.path = "/openapi.json", .fields = {{"accept", "text/html"}}}).code, 406u);
  EXPECT_EQ(ask({.path = "/other.json"}).code, 404u);
  EXPECT_EQ(host.counters["api_bad_request_total"], 3u);
}

TEST_F(ExchangeTest, TellsWhichMethodsThereAre) {
  const FakeResponse &response = ask({.method = "OPTIONS", .path = "/asyncapi.json"});
  EXPECT_EQ(response.code, 204u);
  EXPECT_EQ(response.field("allow"), "GET, HEAD, OPTIONS");
}

TEST_F(ExchangeTest, LetsPagesOfListedOriginsRead) {
  settings = R"({"cors":{"origins":["https://a.example"],"max_age":5}})";
  const FakeRequest get{.path = "/openapi.json", .fields = {{"origin", "https://a.example"}}};
  EXPECT_EQ(ask(get).field("access-control-allow-origin"), "https://a.example");
  EXPECT_EQ(ask({.path = "/openapi.json"}).field("vary"), "origin");
  const FakeResponse &preflight =
      ask({.method = "OPTIONS",
           .path = "/openapi.json",
           .fields = {{"origin", "https://a.example"}, {"access-control-request-method", "GET"}}});
  EXPECT_EQ(preflight.field("access-control-allow-methods"), "GET, HEAD");
  EXPECT_EQ(preflight.field("access-control-max-age"), "5");
}

TEST_F(ExchangeTest, IsAskedAgainWhenTheHostIsNotReady) {
  answers = SLIPRING_UNAVAILABLE;
  EXPECT_EQ(ask({.path = "/openapi.json"}).code, 503u);
  EXPECT_EQ(host.responses[session].field("retry-after"), "1");
  answers = SLIPRING_OK;
  collected = "nonsense";
  EXPECT_EQ(ask({.path = "/openapi.json"}).code, 500u);
}

TEST_F(ExchangeTest, HasATitleOfTheOperators) {
  settings = R"({"title":"Scores \"live\""})";
  EXPECT_THAT(ask({.path = "/openapi.json"}).body, HasSubstr(R"("title":"Scores \"live\"")"));
}

TEST_F(ExchangeTest, TestsItselfAndDescribesItself) {
  const auto *test = adapter().extension<slipring_self_test_adapter>(SLIPRING_SELF_TEST);
  sdk::testing::StringWriter reason;
  EXPECT_EQ(test->self_test(adapter().instance(), &reason.writer), SLIPRING_OK) << reason.text;
  const auto *table = adapter().extension<slipring_description_adapter>(SLIPRING_DESCRIPTION);
  sdk::testing::StringWriter to;
  EXPECT_EQ(table->describe(adapter().instance(), sdk::bytes("/asyncapi.json"), &to.writer),
            SLIPRING_OK);
  EXPECT_TRUE(json_v1::is_json(to.text));
  EXPECT_THAT(to.text, HasSubstr("AsyncAPI 3.0"));
  EXPECT_EQ(table->describe(adapter().instance(), sdk::bytes("/x"), &to.writer),
            SLIPRING_UNIMPLEMENTED);
}

TEST_F(ExchangeTest, MovesWithNothingInItsHands) {
  ask({.path = "/openapi.json"});
  EXPECT_EQ(adapter().export_state(session, state, 1), "");
  EXPECT_EQ(adapter().exported, SLIPRING_OK);
  void *next = nullptr;
  ASSERT_EQ(adapter().import_state(session, 1, "", &next), SLIPRING_OK);
  adapter().release(session, std::exchange(state, next));
  EXPECT_EQ(adapter().import_state(session, 1, "nonsense", &next), SLIPRING_INVALID_ARGUMENT);
  EXPECT_EQ(adapter().import_state(session, 2, "", &next), SLIPRING_UNIMPLEMENTED);
}

}  // namespace
}  // namespace slipring::api
