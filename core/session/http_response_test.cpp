// Responses: what an adapter may do when, and what of it the client gets.
#include "session/http_test_host.hpp"

namespace slipring::session {
namespace {

class HttpResponses : public HttpTestHost {
 protected:
  void open_all(Limits limits = {}) {
    begin(limits);
    id_ = open(exchange_);
    call_ = adapter(id_);
  }

  FakeExchange exchange_;
  slipring_session id_ = 0;
  Call call_{};
};

TEST_F(HttpResponses, GoOutAtTheEndOfTheRoundInOrder) {
  open_all();
  call_.respond(103, 0, {{"link", "</a>"}});
  call_.respond(200, SLIPRING_LENGTH_UNKNOWN, {{"content-type", "text/plain"}});
  call_.send("a");
  call_.send("b");
  call_.finish({{"digest", "x"}});
  EXPECT_TRUE(exchange_.heard.empty());
  flush();
  EXPECT_EQ(exchange_.heard, (Heard{"head 103 0 link=</a>", "head 200 content-type=text/plain",
                                    "body ab", "finish digest=x"}));
  EXPECT_EQ(exchange_.writes, 1u);
}

TEST_F(HttpResponses, MayBeGivenWhileTheRequestOpens) {
  behaviour_.on_open = [](const Call &call, const slipring_http_request &) {
    call.respond(204, 0);
    return call.finish();
  };
  open_all();
  flush();
  EXPECT_EQ(exchange_.heard, (Heard{"head 204 0", "finish"}));
}

TEST_F(HttpResponses, RefuseCallsThatAreOutOfOrder) {
  open_all();
  EXPECT_EQ(call_.send("a"), SLIPRING_FAILED_PRECONDITION);
  EXPECT_EQ(call_.finish(), SLIPRING_FAILED_PRECONDITION);
  EXPECT_EQ(call_.respond(200), SLIPRING_OK);
  EXPECT_EQ(call_.respond(200), SLIPRING_FAILED_PRECONDITION);
  EXPECT_EQ(call_.respond(100), SLIPRING_FAILED_PRECONDITION);
  EXPECT_EQ(call_.finish(), SLIPRING_OK);
  EXPECT_EQ(call_.send("a"), SLIPRING_FAILED_PRECONDITION);
  EXPECT_EQ(call_.finish(), SLIPRING_FAILED_PRECONDITION);
  EXPECT_EQ(call_.respond(200), SLIPRING_FAILED_PRECONDITION);
  flush();
  EXPECT_EQ(call_.reset(SLIPRING_ABORTED), SLIPRING_FAILED_PRECONDITION);
  EXPECT_EQ(exchange_.heard, (Heard{"head 200", "finish"}));
}

TEST_F(HttpResponses, RefuseWhatIsNotSound) {
  open_all();
  EXPECT_EQ(call_.respond(101, 0), SLIPRING_INVALID_ARGUMENT);
  EXPECT_EQ(call_.respond(200, 0, {{"content-length", "0"}}), SLIPRING_INVALID_ARGUMENT);
  EXPECT_EQ(call_.respond(200), SLIPRING_OK);
  EXPECT_EQ(call_.finish({{"x", "a\r\nb"}}), SLIPRING_INVALID_ARGUMENT);
  EXPECT_EQ(call_.finish(), SLIPRING_OK);
}

TEST_F(HttpResponses, BelongToTheSessionsOfTheirProfile) {
  begin();
  Client &client = join();
  const slipring_host *const lines = generations_[0]->instance(0).host.abi();
  EXPECT_EQ((Call{lines, client.id}.respond(200)), SLIPRING_NOT_FOUND);
  FakeExchange exchange;
  const Call call = adapter(open(exchange));
  EXPECT_EQ(sessions_[0]->messages().send(call.host, call.session, SLIPRING_MESSAGE_TEXT, {}),
            SLIPRING_NOT_FOUND);
}

TEST_F(HttpResponses, RefuseMoreThanWasPromised) {
  open_all();
  call_.respond(200, 3);
  EXPECT_EQ(call_.send("ab"), SLIPRING_OK);
  EXPECT_EQ(call_.send("cd"), SLIPRING_OUT_OF_RANGE);
  EXPECT_EQ(call_.send("c"), SLIPRING_OK);
  EXPECT_EQ(call_.finish(), SLIPRING_OK);
  flush();
  EXPECT_EQ(exchange_.heard, (Heard{"head 200 3", "body abc", "finish"}));
}

TEST_F(HttpResponses, WithLessThanWasPromisedAreBrokenOff) {
  open_all();
  call_.respond(200, 3);
  flush();
  call_.send("ab");
  EXPECT_EQ(call_.finish(), SLIPRING_OUT_OF_RANGE);
  flush();
  EXPECT_EQ(exchange_.heard, (Heard{"head 200 3", "reset 13"}));
  EXPECT_EQ(counter("adapter_errors_total"), 1u);
}

TEST_F(HttpResponses, ToHeadAreCountedAndNotSent) {
  begin();
  FakeExchange exchange;
  const Call call = adapter(open(exchange, 0, "HEAD"));
  call.respond(200, 5);
  EXPECT_EQ(call.send("123456"), SLIPRING_OUT_OF_RANGE);
  EXPECT_EQ(call.send("123"), SLIPRING_OK);
  EXPECT_EQ(call.progress().body_sent, 3u);
  EXPECT_EQ(call.finish(), SLIPRING_OK);
  flush();
  EXPECT_EQ(exchange.heard, (Heard{"head 200 5", "finish"}));
}

TEST_F(HttpResponses, WithoutABodyByTheirCodeTakeNone) {
  for (const uint32_t code : {204u, 304u}) {
    SCOPED_TRACE(code);
    if (!sessions_.empty()) TearDown();
    exchange_ = {};
    opened_.clear();
    open_all();
    call_.respond(code, 7);
    EXPECT_EQ(call_.send("x"), SLIPRING_OUT_OF_RANGE);
    EXPECT_EQ(call_.finish(), SLIPRING_OK);
    flush();
    EXPECT_EQ(exchange_.heard, (Heard{"head " + std::to_string(code) + " 7", "finish"}));
  }
}

TEST_F(HttpResponses, GoOnWhereTheTransportStoppedTaking) {
  open_all();
  exchange_.room = 4;
  call_.respond(200, 9);
  call_.send("abc");
  call_.send("def");
  call_.send("ghi");
  call_.finish();
  flush();
  EXPECT_EQ(exchange_.body, "abcd");
  EXPECT_EQ(session(Client{.connection = {}, .id = id_}).queue.bytes(), 5u);
  EXPECT_EQ(call_.progress().body_sent, 9u);
  exchange_.room = 1;
  sessions_[0]->writable(id_);
  flush();
  exchange_.room = SIZE_MAX;
  sessions_[0]->writable(id_);
  flush();
  EXPECT_EQ(exchange_.body, "abcdefghi");
  EXPECT_EQ(exchange_.heard.back(), "finish");
}

TEST_F(HttpResponses, GoOnWhereTheTransportStoppedTakingWhateverItTook) {
  const std::vector<std::string> parts = {"a", "bcd", "", "efghij", "k", "lm"};
  for (size_t step = 1; step <= 13; ++step) {
    SCOPED_TRACE(step);
    if (!sessions_.empty()) TearDown();
    exchange_ = {};
    opened_.clear();
    open_all();
    call_.respond(200);
    for (const std::string &part : parts) call_.send(part);
    call_.finish();
    for (int i = 0; i < 20 && (exchange_.heard.empty() || exchange_.heard.back() != "finish");
         ++i) {
      exchange_.room = step;
      sessions_[0]->writable(id_);
      flush();
    }
    EXPECT_EQ(exchange_.body, "abcdefghijklm");
    EXPECT_EQ(exchange_.heard.back(), "finish");
  }
}

TEST_F(HttpResponses, AreBoundedByTheQueue) {
  Limits limits;
  limits.queue_bytes = 10;
  open_all(limits);
  exchange_.room = 0;
  call_.respond(200);
  EXPECT_EQ(call_.send(std::string(50, 'a')), SLIPRING_OK) << "one of any size when none waits";
  EXPECT_EQ(call_.send("b"), SLIPRING_RESOURCE_EXHAUSTED);
  EXPECT_EQ(call_.wait_room(10), SLIPRING_OK);
  bool has_room = false;
  behaviour_.on_complete = [&](const Call &call, const slipring_completion &) {
    has_room = true;
    return call.send("b");
  };
  settle();
  EXPECT_FALSE(has_room);
  exchange_.room = 45;
  sessions_[0]->writable(id_);
  settle();
  EXPECT_TRUE(has_room) << "what was taken of a piece counts";
  exchange_.room = SIZE_MAX;
  sessions_[0]->writable(id_);
  settle();
  EXPECT_EQ(exchange_.body, std::string(50, 'a') + 'b');
}

TEST_F(HttpResponses, CannotBeFloodedWithInterimHeads) {
  Limits limits;
  limits.queue_bytes = 100;
  open_all(limits);
  slipring_status last = SLIPRING_OK;
  for (int i = 0; i < 100 && last == SLIPRING_OK; ++i) last = call_.respond(102, 0);
  EXPECT_EQ(last, SLIPRING_RESOURCE_EXHAUSTED);
  EXPECT_EQ(call_.respond(200, 0), SLIPRING_OK);
}

TEST_F(HttpResponses, ThatAreResetSendNothingMore) {
  open_all();
  call_.respond(200);
  call_.send("a");
  EXPECT_EQ(call_.reset(SLIPRING_ABORTED), SLIPRING_OK);
  EXPECT_EQ(call_.send("b"), SLIPRING_FAILED_PRECONDITION);
  flush();
  EXPECT_EQ(exchange_.heard, Heard{"reset 10"});
}

TEST_F(HttpResponses, MayBeResetAlsoWhenTheTransportIsFullOrTheirEndIsQueued) {
  open_all();
  exchange_.room = 0;
  call_.respond(200);
  call_.send("a");
  call_.finish();
  flush();
  EXPECT_EQ(call_.reset(SLIPRING_UNAVAILABLE), SLIPRING_OK);
  flush();
  EXPECT_EQ(exchange_.heard, (Heard{"head 200", "reset 14"}));
}

TEST_F(HttpResponses, OfWhichTheClientTakesNothingAreBrokenOffAfterTheStallLimit) {
  open_all();
  exchange_.room = 0;
  call_.respond(200);
  call_.send("a");
  flush();
  sessions_[0]->sweep(now_ + sessions_[0]->limits().stall - std::chrono::seconds(1));
  EXPECT_EQ(exchange_.heard, Heard{"head 200"});
  sessions_[0]->sweep(now_ + sessions_[0]->limits().stall + std::chrono::seconds(1));
  EXPECT_EQ(exchange_.heard, (Heard{"head 200", "reset 8"}));
  EXPECT_EQ(counter("sessions_stalled_total"), 1u);
}

TEST_F(HttpResponses, OfWhichTheClientTakesNothingAreBrokenOffThoughTheirEndIsQueued) {
  open_all();
  exchange_.room = 1;
  call_.respond(200);
  call_.send("abc");
  call_.finish();
  flush();
  sessions_[0]->sweep(now_ + sessions_[0]->limits().stall + std::chrono::seconds(1));
  EXPECT_EQ(exchange_.heard, (Heard{"head 200", "body a", "reset 8"}));
}

TEST_F(HttpResponses, TellTheirAdapterHowTheyEnded) {
  struct Case {
    bool finished;
    slipring_status status;
    uint32_t cause;
  };
  const std::vector<Case> cases = {{true, SLIPRING_OK, SLIPRING_END_ADAPTER},
                                   {true, SLIPRING_CANCELLED, SLIPRING_END_PEER},
                                   {true, SLIPRING_UNAVAILABLE, SLIPRING_END_LOST},
                                   {false, SLIPRING_CANCELLED, SLIPRING_END_PEER},
                                   {false, SLIPRING_DATA_LOSS, SLIPRING_END_LOST}};
  begin();
  for (const Case &each : cases) {
    SCOPED_TRACE(testing::Message() << each.finished << ' ' << each.status);
    FakeExchange exchange;
    const auto id = open(exchange);
    adapter(id).respond(200);
    if (each.finished) adapter(id).finish();
    flush();
    http().closed(id, each.status);
    EXPECT_EQ(behaviour_.endings.back().cause, each.cause);
    EXPECT_EQ(behaviour_.endings.back().code, static_cast<uint32_t>(each.status));
  }
  EXPECT_EQ(asked_[0]->sessions(), 0u);
}

TEST_F(HttpResponses, ThatTheHostCannotAnswerInFullAreBrokenOff) {
  behaviour_.on_body = [](const Call &, std::string_view, bool, size_t &) {
    return SLIPRING_INTERNAL;
  };
  begin();
  exchange_.room = 3;
  body(open_post(exchange_), "x");
  flush();
  EXPECT_EQ(exchange_.body, "int");
  EXPECT_EQ(exchange_.heard.back(), "reset 13");
}

TEST_F(HttpResponses, OfUnknownLengthAreFinishedWhenTheHostStops) {
  behaviour_.on_farewell = [](const Call &call, const slipring_ending &ending) {
    EXPECT_EQ(ending.cause, uint32_t{SLIPRING_END_HOST});
    EXPECT_EQ(ending.code, uint32_t{SLIPRING_UNAVAILABLE});
    call.send("retry");
  };
  open_all();
  FakeExchange known;
  FakeExchange unanswered;
  const Call of_known = adapter(open(known));
  const Call of_unanswered = adapter(open(unanswered));
  call_.respond(200);
  of_known.respond(200, 3);
  flush();
  sessions_[0]->refuse_all("stopping");
  EXPECT_EQ(sessions_[0]->close_some(10, "service restart", [] { return 7u; }), 1u);
  flush();
  EXPECT_EQ(exchange_.heard, (Heard{"head 200", "body retry", "finish"}));
  of_known.send("abc");
  of_known.finish();
  of_unanswered.respond(200, 0);
  of_unanswered.finish();
  flush();
  EXPECT_EQ(known.heard, (Heard{"head 200 3", "body abc", "finish"}));
  EXPECT_EQ(unanswered.heard, (Heard{"head 200 0", "finish"}));
}

TEST_F(HttpResponses, ThatBeginWithoutEndWhileTheHostStopsAreFinishedToo) {
  open_all();
  sessions_[0]->refuse_all("stopping");
  EXPECT_EQ(sessions_[0]->close_some(10, "service restart", [] { return 7u; }), 0u);
  call_.respond(200);
  flush();
  sessions_[0]->sweep(now_);
  flush();
  EXPECT_EQ(exchange_.heard, (Heard{"head 200", "finish"}));
}

}  // namespace
}  // namespace slipring::session
