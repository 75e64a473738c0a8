// Events in responses: renderings as bytes of a body, as an adapter of server-sent events has them.
#include "session/http_test_host.hpp"

namespace slipring::session {
namespace {

class HttpEvents : public HttpTestHost {
 protected:
  // A stream of events begins when the subscription does.
  HttpEvents() {
    behaviour_.on_open = [this](const Call &call, const slipring_http_request &) {
      return call.subscribe(filter_, drop_);
    };
    behaviour_.on_complete = [](const Call &call, const slipring_completion &completion) {
      return completion.operation == SLIPRING_DONE_SUBSCRIBE ? call.respond(200) : SLIPRING_OK;
    };
  }

  void begin_stream(Limits limits = {}) {
    begin(limits);
    id_ = open(exchange_);
    settle();
    writer_client_ = &join();
  }
  void publish(std::string_view topic, std::string_view text) {
    say(*writer_client_, "!pub " + std::string(topic) + ' ' + std::string(text));
    settle();
  }
  static std::string line(std::string_view text, uint64_t sequence) {
    return "data: " + std::string(text) + ' ' + std::to_string(sequence) + ';';
  }
  // The body with each cursor replaced by the number of events before it that had one.
  Heard lines() const {
    Heard lines;
    std::string_view rest = exchange_.body;
    while (!rest.empty()) {
      const size_t end = rest.find(';');
      std::string line(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (line.starts_with("data: ")) line.resize(line.find(' ', 6));
      lines.push_back(line);
    }
    return lines;
  }

  std::string filter_ = "#";
  uint32_t drop_ = 0;
  FakeExchange exchange_;
  slipring_session id_ = 0;
  Client *writer_client_ = nullptr;
};

TEST_F(HttpEvents, ArriveAsBytesOfTheBodyWithTheirHolesFilled) {
  begin_stream();
  publish("a", "one");
  publish("a", "two");
  EXPECT_EQ(exchange_.heard.front(), "head 200");
  EXPECT_EQ(lines(), (Heard{"data: one", "data: two"}));
  EXPECT_NE(exchange_.body.find("data: one "), std::string::npos);
  EXPECT_EQ(exchange_.body.find(" ;"), std::string::npos) << "a cursor stands in each";
  EXPECT_EQ(adapter(id_).progress().body_sent, exchange_.body.size());
}

TEST_F(HttpEvents, AreRenderedOnceForAll) {
  begin_stream();
  std::deque<FakeExchange> others(3);
  for (FakeExchange &other : others) open(other);
  settle();
  publish("e/a", "one");
  for (const FakeExchange &other : others) EXPECT_EQ(other.body, exchange_.body);
  EXPECT_EQ(counter("events_rendered_total"), 1u);
}

TEST_F(HttpEvents, GoOnInTheMiddleOfARenderingWhereverItWasCut) {
  begin_stream();
  publish("a", "one");
  publish("a", "two");
  const std::string whole = exchange_.body;
  const size_t first = whole.find("data: two");
  ASSERT_NE(first, std::string::npos);
  for (size_t step = 1; step < whole.size() - first + 3; ++step) {
    SCOPED_TRACE(step);
    FakeExchange cut;
    const auto id = open(cut);
    settle();
    cut.room = 0;
    const std::string before = exchange_.body;
    publish("a", "three");
    publish("a", "four");
    const std::string wanted = exchange_.body.substr(before.size());
    for (size_t i = 0; i < wanted.size() + 2 && cut.body.size() < wanted.size(); ++i) {
      cut.room = step;
      sessions_[0]->writable(id);
      flush();
    }
    EXPECT_EQ(cut.body, wanted);
    EXPECT_EQ(session(Client{.connection = {}, .id = id}).queue.bytes(), 0u);
  }
}

TEST_F(HttpEvents, StopWhenTheResponseIsFinished) {
  begin_stream();
  adapter(id_).finish();
  publish("a", "late");
  EXPECT_EQ(exchange_.heard, (Heard{"head 200", "finish"}));
}

TEST_F(HttpEvents, BeforeTheHeadAreAnAdaptersError) {
  behaviour_.on_complete = [](const Call &, const slipring_completion &) { return SLIPRING_OK; };
  begin_stream();
  publish("a", "early");
  EXPECT_EQ(exchange_.heard.front(), "head 500 15 content-type=text/plain; charset=utf-8");
  EXPECT_EQ(counter("adapter_errors_total"), 1u);
}

TEST_F(HttpEvents, BeyondTheLengthThatWasPromisedBreakTheResponseOff) {
  behaviour_.on_complete = [](const Call &call, const slipring_completion &) {
    return call.respond(200, 3);
  };
  begin_stream();
  publish("a", "long");
  EXPECT_EQ(exchange_.heard, (Heard{"head 200 3", "reset 13"}));
}

TEST_F(HttpEvents, ToHeadAreNotSent) {
  begin();
  id_ = open(exchange_, 0, "HEAD");
  settle();
  writer_client_ = &join();
  publish("a", "one");
  EXPECT_EQ(exchange_.heard, Heard{"head 200"});
  EXPECT_TRUE(session(Client{.connection = {}, .id = id_}).queue.empty());
}

TEST_F(HttpEvents, OfASlowReaderGiveWayAndAreAnnounced) {
  filter_ = "e/#";
  drop_ = SLIPRING_DROP_OLDEST;
  Limits limits;
  limits.queue_messages = 3;
  begin_stream(limits);
  exchange_.room = 0;
  for (const char *text : {"1", "2", "3", "4", "5"}) publish("e/a", text);
  exchange_.room = SIZE_MAX;
  sessions_[0]->writable(id_);
  settle();
  EXPECT_EQ(lines(), (Heard{"gap 2", "data: 3", "data: 4", "data: 5"}));
}

TEST_F(HttpEvents, AreNeverDroppedWhenAPartOfThemHasGone) {
  filter_ = "e/#";
  drop_ = SLIPRING_DROP_OLDEST;
  Limits limits;
  limits.queue_messages = 3;
  begin_stream(limits);
  exchange_.room = 7;
  for (const char *text : {"1", "2", "3", "4", "5"}) publish("e/a", text);
  exchange_.room = SIZE_MAX;
  sessions_[0]->writable(id_);
  settle();
  EXPECT_EQ(lines(), (Heard{"data: 1", "gap 2", "data: 4", "data: 5"}));
}

TEST_F(HttpEvents, OfASlowReaderEndItsResponseWhenItWishesSo) {
  filter_ = "e/#";
  drop_ = SLIPRING_DROP_DISCONNECT;
  Limits limits;
  limits.queue_messages = 1;
  begin_stream(limits);
  exchange_.room = 0;
  publish("e/a", "1");
  publish("e/a", "2");
  settle();
  EXPECT_EQ(exchange_.heard, (Heard{"head 200", "reset 8"}));
}

TEST_F(HttpEvents, OfAStreamWaitForAReaderHoweverSlow) {
  Limits limits;
  limits.queue_messages = 3;
  begin_stream(limits);
  exchange_.room = 0;
  Heard all;
  for (int i = 0; i < 20; ++i) {
    publish("a", std::to_string(i));
    all.push_back("data: " + std::to_string(i));
  }
  exchange_.room = SIZE_MAX;
  sessions_[0]->writable(id_);
  settle();
  EXPECT_EQ(lines(), all);
}

TEST_F(HttpEvents, MayBeBrokenOffByWhatAnnouncesTheirGap) {
  filter_ = "e/#";
  drop_ = SLIPRING_DROP_OLDEST;
  behaviour_.on_gap = [](const Call &call) { call.reset(SLIPRING_DATA_LOSS); };
  Limits limits;
  limits.queue_messages = 1;
  begin_stream(limits);
  exchange_.room = 0;
  for (const char *text : {"1", "2", "3"}) publish("e/a", text);
  exchange_.room = SIZE_MAX;
  sessions_[0]->writable(id_);
  settle();
  EXPECT_EQ(exchange_.heard.back(), "reset 15");
}

}  // namespace
}  // namespace slipring::session
