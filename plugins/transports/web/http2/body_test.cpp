// Bodies: windows both ways, Expect, limits and lateness.
#include "http2/fakes.hpp"

namespace slipring::web::testing {
namespace {

using std::chrono::seconds;

const Fields get = request_fields("GET");
const Fields post = request_fields("POST");

class BodyTest : public Http2Test {
 protected:
  BodyTest() { connect(); }

  std::uint32_t opened(std::int32_t id) {
    std::uint32_t sum = 0;
    for (const Frame &each : frames_of(link.out)) {
      if (each.type == NGHTTP2_WINDOW_UPDATE && each.id == id) sum += each.number();
    }
    return sum;
  }
  // A window's worth of frames.
  static std::string window_of(std::uint32_t id, int frames = 4) {
    std::string text;
    for (int i = 0; i < frames; ++i) text += data(id, std::string(16'384, 'x'));
    return text;
  }
};

TEST_F(BodyTest, IsGivenOnAsItComes) {
  receive(headers(1, post, END_HEADERS) + data(1, "hello "));
  EXPECT_EQ(seen(1).length, SLIPRING_LENGTH_UNKNOWN);
  EXPECT_EQ(seen(1).body, "hello ");
  EXPECT_FALSE(seen(1).ended);
  receive(data(1, "world", END_STREAM));
  EXPECT_EQ(seen(1).body, "hello world");
  EXPECT_TRUE(seen(1).ended);
}

TEST_F(BodyTest, WhatTheHostTookOpensTheWindow) {
  receive(headers(1, post, END_HEADERS));
  sent();
  receive(window_of(1));
  EXPECT_GE(opened(1), 32'768u);
}

TEST_F(BodyTest, AWindowStaysShutWhileTheHostDoesNotRead) {
  front.stop_in_body = true;
  receive(headers(1, post, END_HEADERS));
  sent();
  receive(window_of(1));
  EXPECT_EQ(opened(1), 0u);
  EXPECT_EQ(seen(1).body.size(), 16'384u) << "nothing comes while stopped";
  receive(data(1, "x"));
  EXPECT_EQ(refusal(), "RST_STREAM FLOW_CONTROL_ERROR");
}

TEST_F(BodyTest, OneThatIsNotReadStopsNoOther) {
  front.stop_in_body = true;
  receive(headers(1, post, END_HEADERS) + window_of(1));
  front.stop_in_body = false;
  receive(headers(3, post, END_HEADERS));
  for (int i = 0; i < 20; ++i) receive(window_of(3, 1));
  EXPECT_EQ(seen(2).body.size(), 20 * 16'384u);
  EXPECT_FALSE(link.finished);
}

TEST_F(BodyTest, WhatCameMeanwhileFollowsWhenTheHostReadsAgain) {
  front.stop_in_body = true;
  receive(headers(1, post, END_HEADERS) + data(1, std::string(40'000, 'a').substr(0, 16'000)) +
          data(1, std::string(16'384, 'b')) + data(1, "c", END_STREAM));
  sent();
  front.stop_in_body = false;
  seen(1).exchange->set_reading(true);
  EXPECT_EQ(seen(1).body.size(), 16'000u) << "not from inside the host's call";
  round();
  EXPECT_EQ(seen(1).body.size(), 16'000u + 16'384 + 1);
  EXPECT_TRUE(seen(1).ended);
}

TEST_F(BodyTest, EachPieceCanBeTheLastForAWhile) {
  front.stop_in_body = true;
  receive(headers(1, post, END_HEADERS) + data(1, "a") + data(1, "b") + data(1, "c") +
          headers(1, {{"t", "u"}}));
  EXPECT_EQ(seen(1).body, "a");
  seen(1).exchange->set_reading(true);
  round();
  EXPECT_EQ(seen(1).body, "abc");
  EXPECT_FALSE(seen(1).ended);
  seen(1).exchange->set_reading(true);
  round();
  EXPECT_EQ(seen(1).trailers, "; t: u");
  EXPECT_TRUE(seen(1).ended);
}

TEST_F(BodyTest, IsAskedForWhenTheHostAccepts) {
  const Fields expecting = with(post, {{"expect", "100-continue"}});
  sent();
  receive(headers(1, expecting, END_HEADERS));
  EXPECT_EQ(sent(NGHTTP2_HEADERS).size(), 1u);
  front.stop_at_open = true;
  receive(headers(3, expecting, END_HEADERS));
  EXPECT_EQ(sent(NGHTTP2_HEADERS).size(), 0u);
  seen(2).exchange->set_reading(true);
  round();
  EXPECT_EQ(sent(NGHTTP2_HEADERS).size(), 1u);
  front.refuse_with = SLIPRING_NOT_FOUND;
  receive(headers(5, expecting, END_HEADERS));
  EXPECT_EQ(sent(NGHTTP2_HEADERS).size(), 1u) << "the refusal alone";
}

TEST_F(BodyTest, BeyondTheLimitIs413) {
  settings_.http.body = 100;
  receive(headers(1, post, END_HEADERS) + data(1, std::string(100, 'x')));
  sent();
  receive(data(1, "x"));
  EXPECT_EQ(seen(1).closed, std::vector<slipring_status>{SLIPRING_RESOURCE_EXHAUSTED});
  EXPECT_EQ(body_sent(1), "the request body is too large\n");
}

TEST_F(BodyTest, BeyondTheLimitIsCutWhenTheAnswerHasBegun) {
  settings_.http.body = 100;
  receive(headers(1, post, END_HEADERS));
  respond(1);
  sent();
  receive(data(1, std::string(101, 'x')));
  EXPECT_EQ(seen(1).closed, std::vector<slipring_status>{SLIPRING_RESOURCE_EXHAUSTED});
  EXPECT_EQ(refusal(), "RST_STREAM CANCEL");
}

TEST_F(BodyTest, ThatDiffersFromItsLengthIsMalformed) {
  receive(headers(1, with(post, {{"content-length", "3"}}), END_HEADERS));
  EXPECT_EQ(seen(1).length, 3u);
  sent();
  receive(data(1, "abcd"));
  EXPECT_EQ(refusal(), "RST_STREAM PROTOCOL_ERROR");
  receive(headers(3, with(post, {{"content-length", "3"}}), END_HEADERS));
  receive(data(3, "ab", END_STREAM));
  EXPECT_EQ(refusal(), "RST_STREAM PROTOCOL_ERROR");
  for (const slipring_session each : {1, 2}) {
    EXPECT_EQ(seen(each).closed, std::vector<slipring_status>{SLIPRING_INVALID_ARGUMENT});
  }
}

TEST_F(BodyTest, ThatIsLateIs408) {
  receive(headers(1, post, END_HEADERS));
  sent();
  for (int i = 0; i < 12; ++i) {
    pass(seconds(5));
    receive(data(1, "x"));
  }
  EXPECT_EQ(seen(1).closed, std::vector<slipring_status>{SLIPRING_DEADLINE_EXCEEDED});
  EXPECT_EQ(body_sent(1), "the request body took too long\n");
  EXPECT_EQ(timeouts, 1u);
}

TEST_F(BodyTest, IsNotLateWhileTheHostDoesNotRead) {
  front.stop_at_open = true;
  receive(headers(1, post, END_HEADERS));
  for (int i = 0; i < 20; ++i) {
    pass(seconds(5));
    receive(frame(NGHTTP2_PING, 0, 0, "12345678"));
  }
  EXPECT_TRUE(seen(1).closed.empty());
}

TEST_F(BodyTest, TrailersBeyondTheLimitAreRefused) {
  settings_.http.fields = 5;
  receive(headers(1, post, END_HEADERS));
  sent();
  receive(headers(1, Fields(6, {"a", "b"})));
  EXPECT_EQ(seen(1).closed, std::vector<slipring_status>{SLIPRING_RESOURCE_EXHAUSTED});
  EXPECT_EQ(body_sent(1), "the trailers are too large\n");
}

TEST_F(BodyTest, TrailersHaveNoPseudoFieldsAndAreTheEnd) {
  receive(headers(1, post, END_HEADERS) + headers(3, post, END_HEADERS));
  sent();
  receive(headers(1, {{":path", "/"}}));
  EXPECT_EQ(refusal(), "RST_STREAM PROTOCOL_ERROR");
  receive(headers(3, {{"a", "b"}}, END_HEADERS));
  EXPECT_EQ(refusal(), "RST_STREAM PROTOCOL_ERROR");
}

TEST_F(BodyTest, OfAnAnswerStopsAtTheWindow) {
  receive(headers(1, get) + window_update(0, 1 << 20));
  respond(1);
  const std::string body(100'000, 'x');
  EXPECT_EQ(write(1, body), 65'535u);
  EXPECT_EQ(write(1, std::string_view(body).substr(65'535)), 0u);
  round();
  EXPECT_EQ(seen(1).writable, 0) << "an exhausted window never spins";
  receive(window_update(1, 10));
  EXPECT_EQ(seen(1).writable, 1);
  EXPECT_EQ(write(1, std::string_view(body).substr(65'535)), 10u);
  EXPECT_EQ(body_sent(1).size(), 65'545u);
}

TEST_F(BodyTest, OfAnAnswerIsMadeOfAllPieces) {
  receive(headers(1, get));
  respond(1);
  sent();
  const std::vector<slipring_bytes> pieces = {bytes("one "), bytes(""), bytes("two "),
                                              bytes("three")};
  EXPECT_EQ(seen(1).exchange->write(pieces), 13u);
  EXPECT_EQ(body_sent(1), "one two three");
}

TEST_F(BodyTest, OneThatIsNotReadByTheClientStopsNoOther) {
  receive(headers(1, get) + headers(3, get) + window_update(0, 1 << 20));
  respond(1);
  respond(2);
  EXPECT_EQ(write(1, std::string(100'000, 'x')), 65'535u);
  EXPECT_EQ(write(2, "hello"), 5u);
  EXPECT_EQ(body_sent(3), "hello");
}

TEST_F(BodyTest, WaitsForTheLink) {
  receive(headers(1, get));
  respond(1);
  link.is_full = true;
  sent();
  EXPECT_EQ(write(1, "hello"), 0u);
  EXPECT_TRUE(link.out.empty());
  link.is_full = false;
  http2->writable();
  EXPECT_EQ(seen(1).writable, 1);
  EXPECT_EQ(write(1, "hello"), 5u);
  link.is_full = true;
  finish(1);
  link.is_full = false;
  http2->writable();
  EXPECT_EQ(seen(1).closed, std::vector<slipring_status>{SLIPRING_OK});
}

TEST_F(BodyTest, TheEndWaitsForTheWindowOfTheConnection) {
  receive(headers(1, get) + window_update(1, 1 << 20));
  respond(1);
  EXPECT_EQ(write(1, std::string(65'535, 'x')), 65'535u);
  finish(1);
  round();
  receive(window_update(0, 1));
  EXPECT_EQ(seen(1).closed, std::vector<slipring_status>{SLIPRING_OK});
}

}  // namespace
}  // namespace slipring::web::testing
