#include "admin/http_api.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>

namespace slipring::admin {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

class HttpApiTest : public testing::Test {
 protected:
  HttpApi::Sources sources() {
    HttpApi::Sources sources;
    sources.health = [this]() -> asio::awaitable<Status> { co_return health_; };
    sources.readiness = [this]() -> asio::awaitable<Status> { co_return readiness_; };
    sources.metrics = []() -> asio::awaitable<std::string> { co_return "up 1\n"; };
    sources.operations = [this](json::object request) -> asio::awaitable<json::object> {
      asked_ = json::serialize(request);
      if (request.at("op") == "fail") co_return error_answer(fails_with_, "no");
      co_return json::object{{"done", true}};
    };
    return sources;
  }

  HttpAnswer ask(HttpRequest request) {
    HttpAnswer answer;
    const auto test = [&]() -> asio::awaitable<void> {
      answer = co_await api_.answer(std::move(request));
    };
    asio::io_context loop;
    asio::co_spawn(loop, test, asio::detached);
    loop.run();
    return answer;
  }
  HttpAnswer get(std::string path, std::string query = {}, bool token = true) {
    HttpRequest request;
    request.path = std::move(path);
    request.query = std::move(query);
    if (token) request.authorization = "Bearer secret";
    return ask(std::move(request));
  }
  HttpAnswer post(std::string path, std::string body = {}, bool token = true) {
    HttpRequest request;
    request.get = false;
    request.path = std::move(path);
    request.body = std::move(body);
    if (token) request.authorization = "Bearer secret";
    return ask(std::move(request));
  }

  Status health_;
  Status readiness_;
  slipring_status fails_with_ = SLIPRING_OK;
  std::string asked_;
  HttpApi api_{sources(), "secret"};
};

TEST_F(HttpApiTest, PagesForSupervisorsWantNoToken) {
  EXPECT_EQ(get("/healthz", {}, false).body, "ok\n");
  EXPECT_EQ(get("/readyz", {}, false).code, 200u);
  const HttpAnswer metrics = get("/metrics", {}, false);
  EXPECT_EQ(metrics.body, "up 1\n");
  EXPECT_EQ(metrics.type, "text/plain; version=0.0.4; charset=utf-8");
}

TEST_F(HttpApiTest, WhatIsWrongIsSaidWith503) {
  health_ = Status::unavailable("shard 1 hangs");
  readiness_ = Status::unavailable("starting");
  EXPECT_EQ(get("/healthz").code, 503u);
  EXPECT_EQ(get("/healthz").body, "shard 1 hangs\n");
  EXPECT_EQ(get("/readyz").body, "starting\n");
}

TEST_F(HttpApiTest, OperationsWithoutTheTokenReachNobody) {
  for (const auto &answer : {get("/v1/status", {}, false), post("/v1/upgrade", "{}", false)}) {
    EXPECT_EQ(answer.code, 401u);
    EXPECT_NE(answer.authenticate, "");
    EXPECT_NE(answer.body.find("UNAUTHENTICATED"), std::string::npos);
  }
  EXPECT_EQ(asked_, "");
}

TEST_F(HttpApiTest, ReadingOperationsTakeTheirMembersFromTheQuery) {
  EXPECT_EQ(get("/v1/sessions", "limit=10&plugin=echo").code, 200u);
  EXPECT_EQ(asked_, R"({"limit":10,"plugin":"echo","op":"sessions"})");
  EXPECT_EQ(get("/v1/status").body, "{\"done\":true}\n");
  for (const char *query : {"limit", "=1", "limit=1%30", "op=purge"}) {
    EXPECT_EQ(get("/v1/sessions", query).code, 400u) << query;
  }
}

TEST_F(HttpApiTest, WhatIsKnownOfUpgradesIsReadWithoutTheShards) {
  health_ = Status::unavailable("shard 1 hangs");
  for (const char *path : {"/v1/plan", "/v1/plugins/ledger", "/v1/plugins/pins"}) {
    EXPECT_EQ(get(path).code, 200u) << path;
  }
  EXPECT_EQ(get("/v1/quarantine").code, 200u);
  asked_.clear();
  EXPECT_EQ(get("/v1/quarantine", "release=echo").code, 405u) << "that would change something";
  EXPECT_EQ(asked_, "");
  EXPECT_EQ(post("/v1/quarantine", R"({"release":"echo"})").code, 200u);
}

TEST_F(HttpApiTest, EveryOperationTakesItsMembersFromTheBodyOfAPost) {
  EXPECT_EQ(post("/v1/plugins/upgrade", R"({"plugins":["echo"]})").code, 200u);
  EXPECT_EQ(asked_, R"({"plugins":["echo"],"op":"upgrade"})");
  post("/v1/upgrade");
  EXPECT_EQ(asked_, R"({"op":"upgrade"})");
  for (const char *body : {"[]", "{", "1", R"({"op":"purge"})"}) {
    EXPECT_EQ(post("/v1/upgrade", body).code, 400u) << body;
  }
}

TEST_F(HttpApiTest, MethodsThatDoNotFitAreNamedWithThoseThatDo) {
  EXPECT_EQ(get("/v1/plugins/upgrade").code, 405u);
  EXPECT_EQ(get("/v1/plugins/upgrade").allow, "POST");
  EXPECT_EQ(post("/metrics").code, 405u);
  EXPECT_EQ(post("/metrics").allow, "GET, HEAD");
  EXPECT_EQ(asked_, "");
}

TEST_F(HttpApiTest, PathsThatNameNothingAreNotFound) {
  for (const char *path : {"/", "/v1", "/v1/", "/v1/a/b", "/v1/plugins/", "/v1/plugins/a/b",
                           "/v1/Status", "/v1/..", "/metrics/", "/v1/subscribe", "/v1/read"}) {
    EXPECT_EQ(post(path).code, 404u) << path;
  }
  EXPECT_EQ(asked_, "");
}

TEST_F(HttpApiTest, ErrorsOfOperationsHaveTheCodeThatGoesWithTheirStatus) {
  const std::pair<slipring_status, unsigned> codes[] = {
      {SLIPRING_INVALID_ARGUMENT, 400},   {SLIPRING_NOT_FOUND, 404},
      {SLIPRING_UNIMPLEMENTED, 404},      {SLIPRING_FAILED_PRECONDITION, 409},
      {SLIPRING_RESOURCE_EXHAUSTED, 503}, {SLIPRING_INTERNAL, 500}};
  for (const auto &[status, code] : codes) {
    fails_with_ = status;
    EXPECT_EQ(post("/v1/fail").code, code) << status_name(status);
  }
}

TEST_F(HttpApiTest, AReadingOperationDoesNotWaitForAShardThatHangs) {
  health_ = Status::unavailable("shard 1 hangs");
  EXPECT_EQ(get("/v1/status").code, 503u);
  EXPECT_EQ(asked_, "");
}

}  // namespace
}  // namespace slipring::admin
