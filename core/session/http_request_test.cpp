// Requests: how they open, and how their bodies reach an adapter.
#include "session/http_test_host.hpp"

namespace slipring::session {
namespace {

class HttpRequests : public HttpTestHost {
 protected:
  HttpRequests() {
    behaviour_.on_body = [this](const Call &, std::string_view bytes, bool more, size_t &consumed) {
      offered_.push_back(std::string(bytes) + (more ? "+" : "."));
      consumed = bytes.size();
      return SLIPRING_OK;
    };
  }

  Heard offered_;
};

TEST_F(HttpRequests, OpenWithTheAdapterOfTheirMount) {
  std::string method;
  behaviour_.on_open = [&](const Call &, const slipring_http_request &request) {
    method = to_text(request.method);
    return SLIPRING_OK;
  };
  begin();
  FakeExchange exchange;
  open(exchange, 0, "PATCH");
  EXPECT_EQ(method, "PATCH");
  EXPECT_EQ(asked_[0]->sessions(), 1u);
  EXPECT_EQ(sessions_[0]->sessions_of(&web_), 1u);
  EXPECT_EQ(counter("http_requests_total"), 1u);
}

TEST_F(HttpRequests, ThatAnAdapterRefusesLeaveNothingBehind) {
  behaviour_.on_open = [](const Call &call, const slipring_http_request &) {
    EXPECT_EQ(call.subscribe("#"), SLIPRING_OK);
    EXPECT_EQ(call.respond(200), SLIPRING_OK);
    return SLIPRING_NOT_FOUND;
  };
  begin();
  FakeExchange exchange;
  slipring_session id = 0;
  EXPECT_EQ(try_open(exchange, 0, "GET", id), SLIPRING_NOT_FOUND);
  EXPECT_EQ(reason_.text(), "not now");
  say(join(), "!pub a x");
  settle();
  EXPECT_TRUE(exchange.heard.empty());
  EXPECT_EQ(asked_[0]->sessions(), 0u);
}

TEST_F(HttpRequests, ArePendingToNoOpen) {
  behaviour_.on_open = [](const Call &, const slipring_http_request &) { return SLIPRING_PENDING; };
  begin();
  FakeExchange exchange;
  slipring_session id = 0;
  EXPECT_EQ(try_open(exchange, 0, "GET", id), SLIPRING_INTERNAL);
}

TEST_F(HttpRequests, AreRefusedWhenTheHostStops) {
  begin();
  sessions_[0]->refuse_all("the server is shutting down");
  FakeExchange exchange;
  slipring_session id = 0;
  EXPECT_EQ(try_open(exchange, 0, "GET", id), SLIPRING_UNAVAILABLE);
  EXPECT_EQ(reason_.text(), "the server is shutting down");
}

TEST_F(HttpRequests, AreRefusedFromATransportWithoutTheProfile) {
  begin();
  FakeExchange exchange;
  slipring_http_request request{};
  request.struct_size = sizeof(request);
  slipring_session id = 0;
  EXPECT_EQ(http().open(&transport_, 0, &exchange, request, id, *reason_.abi()), SLIPRING_INTERNAL);
}

TEST_F(HttpRequests, AreListedWithTheirProfile) {
  begin();
  FakeExchange exchange;
  const auto id = open_post(exchange);
  body(id, "abc");
  const auto list = sessions_[0]->list(10);
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list[0].profile, SLIPRING_PROFILE_HTTP);
  EXPECT_EQ(list[0].path, "/asked");
  EXPECT_EQ(list[0].received, 3u);
}

TEST_F(HttpRequests, BringTheirBodyInOrderAndSayWhenItEnds) {
  begin();
  FakeExchange exchange;
  const auto id = open_post(exchange);
  body(id, "ab");
  body(id, "c");
  body(id, "", false);
  EXPECT_EQ(offered_, (Heard{"ab+", "c+", "."}));
  EXPECT_EQ(adapter(id).progress().body_received, 3u);
  EXPECT_EQ(adapter(id).progress().request, uint32_t{SLIPRING_HTTP_ENDED});
}

TEST_F(HttpRequests, WithoutABodyHaveEndedWithTheirHead) {
  begin();
  FakeExchange exchange;
  const auto id = open(exchange);
  body(id, "", false);
  EXPECT_TRUE(offered_.empty());
  EXPECT_EQ(adapter(id).progress().request, uint32_t{SLIPRING_HTTP_ENDED});
}

TEST_F(HttpRequests, OfferAgainWhatWasNotConsumed) {
  behaviour_.on_body = [this](const Call &, std::string_view bytes, bool more, size_t &consumed) {
    offered_.push_back(std::string(bytes) + (more ? "+" : "."));
    consumed = bytes.rfind(';') == std::string_view::npos ? 0 : bytes.rfind(';') + 1;
    return SLIPRING_OK;
  };
  begin();
  FakeExchange exchange;
  const auto id = open_post(exchange);
  body(id, "a");
  body(id, "b;c");
  body(id, "d;", false);
  EXPECT_EQ(offered_, (Heard{"a+", "ab;c+", "cd;."}));
  EXPECT_EQ(adapter(id).progress().body_received, 6u);
}

TEST_F(HttpRequests, DropWhatIsLeftAtTheEnd) {
  behaviour_.on_body = [](const Call &, std::string_view, bool, size_t &) { return SLIPRING_OK; };
  begin();
  FakeExchange exchange;
  const auto id = open_post(exchange);
  body(id, "left", false);
  flush();
  EXPECT_TRUE(session(Client{.connection = {}, .id = id}).input.empty());
  EXPECT_TRUE(exchange.heard.empty());
}

TEST_F(HttpRequests, OfWhichAFullBufferIsLeftAreTooLarge) {
  behaviour_.on_body = [](const Call &, std::string_view, bool, size_t &) { return SLIPRING_OK; };
  Limits limits;
  limits.message = 4;
  begin(limits);
  FakeExchange unanswered;
  FakeExchange answered;
  const auto id = open_post(answered);
  adapter(id).respond(200);
  flush();
  body(id, "1234");
  body(open_post(unanswered), "1234");
  flush();
  EXPECT_EQ(unanswered.heard.front(), "head 413 22 content-type=text/plain; charset=utf-8");
  EXPECT_EQ(unanswered.body, "the body is too large\n");
  EXPECT_EQ(unanswered.heard.back(), "finish");
  EXPECT_EQ(answered.heard, (Heard{"head 200", "reset 8"}));
  EXPECT_EQ(counter("messages_too_big_total"), 2u);
}

TEST_F(HttpRequests, OfAnySizePassThroughAnAdapterThatConsumes) {
  Limits limits;
  limits.message = 4;
  begin(limits);
  FakeExchange exchange;
  const auto id = open_post(exchange);
  for (int i = 0; i < 10; ++i) body(id, "12345");
  flush();
  EXPECT_EQ(adapter(id).progress().body_received, 50u);
  EXPECT_TRUE(exchange.heard.empty());
}

TEST_F(HttpRequests, BringTrailersBehindTheirBody) {
  behaviour_.on_trailers = [this](const Call &, const std::string &fields) {
    offered_.push_back("trailers" + fields);
    return SLIPRING_OK;
  };
  begin();
  FakeExchange exchange;
  const auto id = open_post(exchange);
  body(id, "a");
  http().trailers(id, lend({{"digest", "x"}, {"n", "1"}}));
  EXPECT_EQ(offered_, Heard{"a+"});
  body(id, "b", false);
  EXPECT_EQ(offered_, (Heard{"a+", "b.", "trailers digest=x n=1"}));
}

TEST_F(HttpRequests, BringTrailersToNobodyWhoHasNoUseForThem) {
  behaviour_.has_trailers = false;
  begin();
  FakeExchange exchange;
  const auto id = open_post(exchange);
  http().trailers(id, lend({{"digest", "x"}}));
  body(id, "b", false);
  EXPECT_EQ(offered_, Heard{"b."});
}

TEST_F(HttpRequests, WaitWhileTheirAdapterIsPending) {
  bool pending = true;
  behaviour_.on_body = [&](const Call &call, std::string_view bytes, bool more, size_t &consumed) {
    offered_.push_back(std::string(bytes) + (more ? "+" : "."));
    if (pending) {
      consumed = 1;
      return call.wait_room(1000) == SLIPRING_OK ? SLIPRING_PENDING : SLIPRING_INTERNAL;
    }
    consumed = bytes.size();
    return SLIPRING_OK;
  };
  behaviour_.on_trailers = [this](const Call &, const std::string &) {
    offered_.emplace_back("trailers");
    return SLIPRING_OK;
  };
  begin();
  FakeExchange exchange;
  const auto id = open_post(exchange);
  body(id, "abc");
  EXPECT_FALSE(exchange.reading);
  body(id, "d");
  http().trailers(id, lend({{"n", "1"}}));
  body(id, "e", false);
  EXPECT_EQ(offered_, Heard{"abc+"});
  pending = false;
  settle();
  EXPECT_EQ(offered_, (Heard{"abc+", "bcde.", "trailers"}));
  EXPECT_TRUE(exchange.reading);
}

TEST_F(HttpRequests, WaitWithTheirTrailersToo) {
  bool pending = true;
  behaviour_.on_trailers = [&](const Call &call, const std::string &fields) -> slipring_status {
    offered_.push_back("trailers" + fields);
    if (pending && call.wait_room(1000) == SLIPRING_OK) return SLIPRING_PENDING;
    return SLIPRING_OK;
  };
  begin();
  FakeExchange exchange;
  const auto id = open_post(exchange);
  http().trailers(id, lend({{"n", "1"}}));
  body(id, "a", false);
  pending = false;
  settle();
  EXPECT_EQ(offered_, (Heard{"a.", "trailers n=1", "trailers n=1"}));
}

TEST_F(HttpRequests, ThatWaitForNothingAreAnAdaptersError) {
  behaviour_.on_body = [](const Call &, std::string_view, bool, size_t &) {
    return SLIPRING_PENDING;
  };
  begin();
  FakeExchange exchange;
  body(open_post(exchange), "a");
  flush();
  EXPECT_EQ(exchange.heard.front(), "head 500 15 content-type=text/plain; charset=utf-8");
  EXPECT_EQ(counter("adapter_errors_total"), 1u);
}

TEST_F(HttpRequests, ThatFailAreAnsweredOrBrokenOff) {
  behaviour_.on_body = [](const Call &, std::string_view, bool, size_t &) -> slipring_status {
    throw std::runtime_error("planted");
  };
  begin();
  FakeExchange unanswered;
  FakeExchange queued;
  FakeExchange answered;
  const auto first = open_post(queued);
  const auto second = open_post(answered);
  adapter(second).respond(200);
  flush();
  adapter(first).respond(200);  // the client has not seen it yet
  adapter(first).send("never seen");
  body(open_post(unanswered), "a");
  body(first, "a");
  body(second, "a");
  flush();
  EXPECT_EQ(unanswered.heard.front(), "head 500 15 content-type=text/plain; charset=utf-8");
  EXPECT_EQ(queued.heard, unanswered.heard);
  EXPECT_EQ(answered.heard, (Heard{"head 200", "reset 13"}));
}

TEST_F(HttpRequests, AreNotReadAnyMoreWhenTheResponseHasEnded) {
  begin();
  FakeExchange exchange;
  const auto id = open_post(exchange);
  adapter(id).respond(200, 0);
  adapter(id).finish();
  body(id, "a");
  EXPECT_TRUE(offered_.empty());
  EXPECT_TRUE(session(Client{.connection = {}, .id = id}).input.empty());
}

TEST_F(HttpRequests, AreNotReadWhileMuchOfTheResponseWaits) {
  Limits limits;
  limits.queue_bytes = 100;
  begin(limits);
  FakeExchange exchange{.heard = {}, .body = {}, .room = 0};
  const auto id = open_post(exchange);
  adapter(id).respond(200);
  adapter(id).send(std::string(90, 'x'));
  EXPECT_FALSE(exchange.reading);
  flush();
  exchange.room = SIZE_MAX;
  sessions_[0]->writable(id);
  flush();
  EXPECT_TRUE(exchange.reading);
}

}  // namespace
}  // namespace slipring::session
