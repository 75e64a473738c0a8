// Requests with bodies: how they reach the host, at whose pace, and what becomes of those that
// nobody wants.
#include <gtest/gtest.h>

#include "fakes.hpp"

namespace slipring::web {
namespace {

using http1_test::Connection;
using Fields = std::vector<std::pair<std::string, std::string>>;

const std::string head_of_5 = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n";
const std::string head_of_chunks =
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
const std::string go_on = "HTTP/1.1 100 Continue\r\n\r\n";

std::string expecting(const std::string &version = "1.1") {
  return "POST / HTTP/" + version +
         "\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";
}

TEST(Http1Request, ABodyReachesTheHostAsItComes) {
  Connection on;
  on.client_says(head_of_5 + "he");
  EXPECT_EQ(on.last().length, 5U);
  EXPECT_EQ(on.last().body, "he");
  EXPECT_FALSE(on.last().body_ended);
  on.client_says("llo");
  EXPECT_EQ(on.last().body, "hello");
  EXPECT_TRUE(on.last().body_ended);
}

TEST(Http1Request, ABodyInChunksReachesTheHostWithItsTrailers) {
  Connection on;
  on.client_says(head_of_chunks + "2\r\nhe\r\n3\r\nllo\r\n0\r\nX-Sum: 1\r\n\r\n");
  EXPECT_EQ(on.last().length, SLIPRING_LENGTH_UNKNOWN);
  EXPECT_EQ(on.last().body, "hello");
  EXPECT_EQ(on.last().trailers, (Fields{{"x-sum", "1"}}));
  EXPECT_TRUE(on.last().body_ended);
}

TEST(Http1Request, WithoutABodyTheHostHearsOfNone) {
  Connection on;
  on.client_says("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(on.last().length, 0U);
  EXPECT_FALSE(on.last().body_ended);
}

TEST(Http1Request, AHostThatDoesNotReadStopsTheClient) {
  Connection on;
  on.front.parts_until_pause = 1;  // the call of `open` is the first
  on.client_says(head_of_chunks + "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n");
  EXPECT_EQ(on.last().body, "he");
  EXPECT_FALSE(on.link.reading);
  on.reads(true);
  EXPECT_EQ(on.last().body, "hello");
  EXPECT_TRUE(on.last().body_ended);
  EXPECT_TRUE(on.link.reading);
}

TEST(Http1Request, AHostThatReadsNothingAtFirstStopsTheClientAtTheHead) {
  Connection on;
  on.front.parts_until_pause = 0;
  on.client_says(head_of_5);
  EXPECT_FALSE(on.link.reading);
  on.client_says("hello");
  EXPECT_EQ(on.last().body, "");
  on.reads(true);
  EXPECT_EQ(on.last().body, "hello");
}

TEST(Http1Request, AHostThatStopsReadingBetweenPartsStopsTheClientAtOnce) {
  Connection on;
  on.client_says(head_of_5 + "h");
  on.reads(false);
  EXPECT_FALSE(on.link.reading);
  on.client_says("ello");
  EXPECT_EQ(on.last().body, "h");
  on.reads(true);
  EXPECT_EQ(on.last().body, "hello");
}

TEST(Http1Request, PausedBetweenAnyTwoPartsNothingIsLostOrDoubled) {
  for (std::size_t pause = 0; pause < 6; ++pause) {
    for (std::size_t cut = 1; cut < 20; ++cut) {
      Connection on;
      on.cut = cut;
      on.front.parts_until_pause = pause;
      on.client_says(head_of_chunks + "1\r\na\r\n1\r\nb\r\n1\r\nc\r\n0\r\n\r\n" + head_of_5);
      on.reads(true);
      EXPECT_EQ(on.last().body, "abc") << pause << " " << cut;
      EXPECT_TRUE(on.last().body_ended);
    }
  }
}

TEST(Http1Request, WhoWaitsFor100GetsItWhenTheHostReads) {
  Connection on;
  on.client_says(expecting());
  EXPECT_EQ(on.take_sent(), go_on);
  on.client_says("hello");
  EXPECT_EQ(on.last().body, "hello");
  on.answer(200, "x");
  EXPECT_EQ(on.take_sent(), "HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nx");
  EXPECT_FALSE(on.link.over());
}

TEST(Http1Request, WhoIsAnsweredInTheSameRoundGetsNo100) {
  Connection on;
  std::string head = expecting();
  on.protocol.receive(head);
  EXPECT_EQ(on.take_sent(), "");
  on.answer(403, "");
  EXPECT_TRUE(on.take_sent().starts_with("HTTP/1.1 403 "));
  EXPECT_TRUE(on.link.finished);
}

TEST(Http1Request, WhoWaitsFor100WaitsForAHostThatDoesNotRead) {
  Connection on;
  on.front.parts_until_pause = 0;
  on.client_says(expecting());
  EXPECT_EQ(on.take_sent(), "");
  on.reads(true);
  EXPECT_EQ(on.take_sent(), go_on);
  on.reads(true);
  EXPECT_EQ(on.take_sent(), "");
}

TEST(Http1Request, WhoDoesNotWaitFor100GetsNone) {  // RFC 9110 §10.1.1
  Connection on;
  on.client_says(expecting() + "h");
  EXPECT_EQ(on.take_sent(), "");
}

TEST(Http1Request, OldClientsAndEmptyBodiesGetNo100) {
  Connection old;
  old.client_says(expecting("1.0"));
  EXPECT_EQ(old.take_sent(), "");
  Connection empty;
  empty.client_says("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(empty.take_sent(), "");
}

TEST(Http1Request, TheHostMaySay100Itself) {
  Connection on;
  on.front.parts_until_pause = 0;
  on.client_says(expecting());
  on.respond(100, 0);
  EXPECT_EQ(on.take_sent(), go_on);
  on.respond(100, 0);
  on.reads(true);
  EXPECT_EQ(on.take_sent(), "");
}

TEST(Http1Request, AnAnswerInsteadOf100EndsTheConnection) {
  Connection on;
  on.front.parts_until_pause = 0;
  on.client_says(expecting());
  on.answer(403, "");
  EXPECT_EQ(on.take_sent(),
            "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
  EXPECT_TRUE(on.link.finished);
  EXPECT_EQ(on.last().closed, SLIPRING_OK);
}

TEST(Http1Request, ARefusalInsteadOf100EndsTheConnection) {
  Connection on;
  on.front.answer = SLIPRING_UNAUTHENTICATED;
  on.client_says(expecting());
  EXPECT_TRUE(on.link.sent.starts_with("HTTP/1.1 401 "));
  EXPECT_TRUE(on.link.finished);
}

TEST(Http1Request, ThatNobodyVouchesForIsChallengedWithAProblem) {
  Connection on;
  on.front.answer = SLIPRING_UNAUTHENTICATED;
  on.front.reason = "who?";
  on.client_says("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  const std::string &sent = on.link.sent;
  EXPECT_TRUE(sent.starts_with("HTTP/1.1 401 Unauthorized\r\n")) << sent;
  EXPECT_NE(sent.find("\r\ncontent-type: application/problem+json\r\n"), sent.npos) << sent;
  EXPECT_NE(sent.find("\r\nwww-authenticate: Bearer\r\n"), sent.npos) << sent;
  EXPECT_TRUE(
      sent.ends_with("\r\n\r\n{\"type\":\"about:blank\",\"title\":\"Unauthorized\",\"status\":401,"
                     "\"detail\":\"who?\"}\n"))
      << sent;
  EXPECT_FALSE(on.link.finished);
}

TEST(Http1Request, AnsweredEarlyTheRestOfTheBodyIsThrownAway) {
  Connection on;
  on.client_says(head_of_chunks + "2\r\nhe\r\n");
  on.answer(200, "x");
  EXPECT_EQ(on.last().closed, SLIPRING_OK);
  EXPECT_FALSE(on.link.over());
  on.client_says("3\r\nllo\r\n0\r\n\r\nGET /next HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(on.front.seen[0].body, "he");
  EXPECT_EQ(on.last().path, "/next");
}

TEST(Http1Request, AnsweredEarlyALongBodyEndsTheConnection) {
  Connection known;
  known.client_says("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 65537\r\n\r\n");
  known.answer(200, "x");
  EXPECT_TRUE(known.link.finished);

  Connection unknown;
  unknown.client_says(head_of_chunks);
  unknown.answer(200, "x");
  unknown.client_says("10000\r\n" + std::string(65'000, 'a'));
  EXPECT_FALSE(unknown.link.over());
  unknown.client_says(std::string(536, 'a') + "\r\n");
  EXPECT_TRUE(unknown.link.finished);
  EXPECT_EQ(unknown.last().closed, SLIPRING_OK);
  EXPECT_EQ(unknown.last().body, "");
}

TEST(Http1Request, AnsweredEarlyABrokenBodyEndsTheConnectionSilently) {
  Connection on;
  on.client_says(head_of_chunks);
  on.answer(200, "");
  on.take_sent();
  on.client_says("x\r\n");
  EXPECT_EQ(on.take_sent(), "");
  EXPECT_TRUE(on.link.finished);
  EXPECT_EQ(on.counted.bad_requests, 1U);
}

TEST(Http1Request, ABodyThatBreaksUnderAResponseCutsItShort) {
  Connection on;
  on.client_says(head_of_chunks);
  on.respond(200, SLIPRING_LENGTH_UNKNOWN);
  on.write({"x"});
  on.take_sent();
  on.client_says("x\r\n");
  EXPECT_EQ(on.take_sent(), "");  // no last chunk
  EXPECT_TRUE(on.link.finished);
  EXPECT_EQ(on.last().closed, SLIPRING_INVALID_ARGUMENT);
  EXPECT_EQ(on.write({"y"}), 1U);
  on.finish();
  EXPECT_EQ(on.take_sent(), "");
}

TEST(Http1Request, ABodyThatBreaksUnderAResponseWithoutFramingResetsIt) {
  Connection on;
  on.client_says("POST / HTTP/1.0\r\nContent-Length: 5\r\n\r\n");
  on.respond(200, SLIPRING_LENGTH_UNKNOWN);
  on.client_ends();
  EXPECT_TRUE(on.link.dropped);  // an end would look like a whole answer
  EXPECT_EQ(on.last().closed, SLIPRING_CANCELLED);
}

TEST(Http1Request, ABodyOverTheLimitIs413) {
  Settings settings;
  settings.http.body = 4;
  Connection on(settings);
  on.client_says(head_of_chunks + "3\r\nabc\r\n2\r\nde\r\n");
  EXPECT_TRUE(on.link.sent.starts_with("HTTP/1.1 413 Payload Too Large\r\n"));
  EXPECT_TRUE(on.link.finished);
  EXPECT_EQ(on.last().body, "abc");
  EXPECT_EQ(on.last().closed, SLIPRING_RESOURCE_EXHAUSTED);
}

TEST(Http1Request, WhatBreaksInsideACallOfTheHostIsReportedBehindIt) {
  Connection on;
  on.front.parts_until_pause = 0;
  on.client_says(head_of_chunks + "x\r\n");
  on.front.exchange->set_reading(true);
  EXPECT_TRUE(on.link.finished);
  EXPECT_EQ(on.last().closed, -1);
  on.turn();
  EXPECT_EQ(on.last().closed, SLIPRING_INVALID_ARGUMENT);
}

}  // namespace
}  // namespace slipring::web
