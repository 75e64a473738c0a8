// Exchanges that move between versions of their adapter, in the middle of a request and of a
// response.
#include "session/http_test_host.hpp"

namespace slipring::session {
namespace {

class HttpMoves : public HttpTestHost {
 protected:
  // Consumes and echoes words that end with ";".
  HttpMoves() {
    behaviour_.on_body = [](const Call &call, std::string_view bytes, bool, size_t &consumed) {
      const size_t end = bytes.rfind(';');
      consumed = end == std::string_view::npos ? 0 : end + 1;
      return call.send(bytes.substr(0, consumed));
    };
    behaviour_.on_open = [](const Call &call, const slipring_http_request &) {
      return call.respond(200);
    };
  }
};

TEST_F(HttpMoves, LoseNothingOfARequestAndItsResponse) {
  begin();
  FakeExchange exchange{.heard = {}, .body = {}, .room = 2};
  const auto id = open_post(exchange);
  body(id, "one;tw");
  flush();
  const MoveReport report = move_to(1);
  EXPECT_EQ(report.moved, 1u);
  EXPECT_EQ(report.with_input, 1u);
  EXPECT_EQ(report.with_output, 1u);
  EXPECT_EQ(behaviour_.released, 1u);
  body(id, "o;three;", false);
  EXPECT_EQ(adapter(id, 1).finish(), SLIPRING_OK);
  exchange.room = SIZE_MAX;
  sessions_[0]->writable(id);
  flush();
  EXPECT_EQ(exchange.body, "one;two;three;");
  EXPECT_EQ(exchange.heard.back(), "finish");
}

TEST_F(HttpMoves, TellTheNewVersionHowFarTheExchangeHasCome) {
  slipring_http_progress seen{};
  behaviour_.on_import = [&](const Call &call) {
    seen = call.progress();
    EXPECT_EQ(call.send("too early"), SLIPRING_NOT_FOUND);
    return SLIPRING_OK;
  };
  begin();
  FakeExchange exchange;
  const auto id = open_post(exchange);
  body(id, "one;tw");
  flush();
  adapter(id).send("queued");
  move_to(1);
  EXPECT_EQ(seen.request, uint32_t{SLIPRING_HTTP_HEAD});
  EXPECT_EQ(seen.response, uint32_t{SLIPRING_HTTP_HEAD});
  EXPECT_EQ(seen.body_received, 4u);
  EXPECT_EQ(seen.body_sent, 10u);
  EXPECT_EQ(seen.length, SLIPRING_LENGTH_UNKNOWN);
}

TEST_F(HttpMoves, CarryOneThatWaits) {
  bool pending = true;
  behaviour_.on_body = [&](const Call &call, std::string_view bytes, bool, size_t &consumed) {
    if (pending) return call.wait_room(1000), slipring_status{SLIPRING_PENDING};
    consumed = bytes.size();
    return call.send(bytes);
  };
  begin();
  FakeExchange exchange;
  const auto id = open_post(exchange);
  body(id, "held");
  EXPECT_EQ(move_to(1).moved, 1u);
  pending = false;
  settle();
  EXPECT_EQ(exchange.body, "held");
  EXPECT_EQ(adapter(id, 1).progress().body_received, 4u);
}

TEST_F(HttpMoves, ThatFailLeaveTheExchangeWhereItIs) {
  behaviour_.on_import = [](const Call &) { return SLIPRING_DATA_LOSS; };
  begin();
  FakeExchange exchange;
  const auto id = open_post(exchange);
  body(id, "one;");
  const MoveReport report = move_to(1);
  EXPECT_EQ(report.stayed, 1u);
  EXPECT_EQ(asked_[0]->sessions(), 1u);
  body(id, "two;", false);
  EXPECT_EQ(adapter(id, 1).finish(), SLIPRING_NOT_FOUND);
  EXPECT_EQ(adapter(id).finish(), SLIPRING_OK);
  flush();
  EXPECT_EQ(exchange.heard, (Heard{"head 200", "body one;two;", "finish"}));
}

TEST_F(HttpMoves, BackAndForthKeepOrder) {
  begin();
  FakeExchange exchange;
  const auto id = open_post(exchange);
  std::string all;
  for (int i = 0; i < 10; ++i) {
    const std::string word = std::to_string(i) + "x;";
    all += word;
    body(id, word.substr(0, 1));
    move_to(i % 2 == 0 ? 1 : 0);
    body(id, word.substr(1));
    if (i % 3 == 0) flush();
  }
  flush();
  EXPECT_EQ(exchange.body, all);
}

TEST_F(HttpMoves, DoNotGoToAVersionWithoutTheProfile) {
  begin();
  FakeExchange exchange;
  open_post(exchange);
  plugin::Manifest manifest = asked_[1]->manifest();
  manifest.profiles = {};
  asked_[1] =
      std::move(plugin::Generation::attach(services_, 3, manifest, http_fake::entry).value());
  EXPECT_TRUE(asked_[1]->create_instances(1, "{}").is_ok());
  const MoveReport report = move_to(1);
  EXPECT_EQ(report.stayed, 1u);
  EXPECT_EQ(report.reasons, Heard{"asked 1.0.0 lacks slipring.profile.http/1"});
}

TEST_F(HttpMoves, WithoutStateAskTheNewVersionForNothing) {
  begin();
  for (auto &generation : asked_) {
    plugin::Manifest manifest = generation->manifest();
    manifest.continuity = plugin::Continuity::rebind;
    generation =
        std::move(plugin::Generation::attach(services_, 3, manifest, http_fake::entry).value());
    EXPECT_TRUE(generation->create_instances(1, "{}").is_ok());
  }
  behaviour_.on_import = [](const Call &) -> slipring_status { return SLIPRING_INTERNAL; };
  FakeExchange exchange;
  const auto id = open_post(exchange);
  body(id, "one;t");
  EXPECT_EQ(move_to(1).moved, 1u);
  body(id, "wo;");
  flush();
  EXPECT_EQ(exchange.body, "one;two;");
}

}  // namespace
}  // namespace slipring::session
