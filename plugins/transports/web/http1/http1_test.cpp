// The course of an exchange, from the request to what the host is told at its end.
#include "http1.hpp"

#include <gtest/gtest.h>

#include "fakes.hpp"

namespace slipring::web {
namespace {

using http1_test::Connection;
using Fields = std::vector<std::pair<std::string, std::string>>;

TEST(Http1, ARequestReachesTheHostAndItsAnswerTheClient) {
  Connection on;
  on.client_says("GET /a%20b?c=d HTTP/1.1\r\nHost: example.org\r\nAccept: */*\r\n\r\n");
  const http1_test::Seen &seen = on.last();
  EXPECT_EQ(seen.method, "GET");
  EXPECT_EQ(seen.scheme, "http");
  EXPECT_EQ(seen.authority, "example.org");
  EXPECT_EQ(seen.path, "/a%20b");
  EXPECT_EQ(seen.query, "c=d");
  EXPECT_EQ(seen.peer, "192.0.2.1:4711");
  EXPECT_EQ(seen.fields, (Fields{{"accept", "*/*"}}));
  EXPECT_EQ(seen.length, 0U);
  EXPECT_EQ(seen.version, 11U);

  on.answer(200, "hello");
  EXPECT_EQ(on.take_sent(), "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello");
  EXPECT_EQ(seen.closed, SLIPRING_OK);
  EXPECT_FALSE(on.link.over());
  EXPECT_EQ(on.counted.requests, 1U);
}

TEST(Http1, OnASecureLinkTheSchemeIsHttps) {
  Connection on;
  on.link.secure = true;
  on.client_says("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(on.last().scheme, "https");
}

TEST(Http1, FieldsOfFramingStayBelow) {
  Connection on;
  on.client_says(
      "POST / HTTP/1.1\r\nHost: a\r\nX-B: 1\r\nConnection: keep-alive\r\nKeep-Alive: 5\r\nTE: "
      "trailers\r\nUpgrade: h2c\r\nX-A: 2\r\nTransfer-Encoding: chunked\r\nTrailer: x\r\n\r\n");
  EXPECT_EQ(on.last().fields, (Fields{{"x-b", "1"}, {"x-a", "2"}}));
  EXPECT_EQ(on.last().length, SLIPRING_LENGTH_UNKNOWN);
}

TEST(Http1, TheEndIsNotReportedFromInsideTheHostsCall) {
  Connection on;
  on.client_says("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  on.respond(204, 0);
  on.front.exchange->finish({});
  EXPECT_EQ(on.last().closed, -1);
  on.turn();
  EXPECT_EQ(on.last().closed, SLIPRING_OK);
}

TEST(Http1, TheEndIsReportedWhenTheResponseIsOut) {
  Connection on;
  on.client_says("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  on.link.room = 10;
  on.respond(200, 0);
  on.finish();
  EXPECT_EQ(on.last().closed, -1);
  on.link_has_room();
  EXPECT_EQ(on.last().closed, SLIPRING_OK);
}

TEST(Http1, RefusedByTheHostTheConnectionGoesOn) {
  Connection on;
  on.front.answer = SLIPRING_NOT_FOUND;
  on.front.reason = "nothing is mounted at /x";
  on.client_says("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(on.take_sent(),
            "HTTP/1.1 404 Not Found\r\ncontent-type: text/plain; charset=utf-8\r\n"
            "content-length: 25\r\n\r\nnothing is mounted at /x\n");
  EXPECT_FALSE(on.link.over());
  EXPECT_EQ(on.counted.bad_requests, 0U);
  on.client_says("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(on.front.seen.size(), 2U);
}

TEST(Http1, AReasonStaysOneLine) {
  Connection on;
  on.front.answer = SLIPRING_NOT_FOUND;
  on.front.reason = "a\r\nb: c";
  on.client_says("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_NE(on.take_sent().find("\r\n\r\na  b: c\n"), std::string::npos);
}

TEST(Http1, OfARefusedRequestTheBodyIsThrownAway) {
  Connection on;
  on.front.answer = SLIPRING_PERMISSION_DENIED;
  on.client_says("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel");
  on.client_says("loGET / HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_EQ(on.front.seen.size(), 2U);
  EXPECT_EQ(on.front.seen[0].body, "");
  EXPECT_EQ(on.front.seen[1].method, "GET");
}

TEST(Http1, APathOfWebSocketsSaysSo) {
  Connection on;
  on.front.answer = SLIPRING_FAILED_PRECONDITION;
  on.front.reason = "/ws speaks WebSocket";
  on.client_says("GET /ws HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(on.take_sent(),
            "HTTP/1.1 426 Upgrade Required\r\ncontent-type: text/plain; charset=utf-8\r\n"
            "upgrade: websocket\r\ncontent-length: 21\r\nconnection: upgrade\r\n\r\n"
            "/ws speaks WebSocket\n");
  EXPECT_FALSE(on.link.over());
}

TEST(Http1, WhoAsksToCloseIsClosed) {
  Connection on;
  on.client_says("GET / HTTP/1.1\r\nHost: a\r\nConnection: Close\r\n\r\n");
  on.answer(200, "x");
  EXPECT_EQ(on.take_sent(), "HTTP/1.1 200 OK\r\ncontent-length: 1\r\nconnection: close\r\n\r\nx");
  EXPECT_TRUE(on.link.finished);
}

TEST(Http1, AnIdleConnectionDrainsAtOnce) {
  Connection on;
  on.protocol.drain();
  EXPECT_TRUE(on.link.finished);
  EXPECT_EQ(on.link.sent, "");
}

TEST(Http1, AConnectionThatGivesWayAnswersOnceMore) {
  Connection on;
  on.protocol.give_way();
  EXPECT_FALSE(on.link.over());
  on.client_says("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  on.answer(200, "x");
  EXPECT_EQ(on.take_sent(), "HTTP/1.1 200 OK\r\ncontent-length: 1\r\nconnection: close\r\n\r\nx");
  EXPECT_TRUE(on.link.finished);
}

TEST(Http1, WhoHasBeenPromisedAnotherAnswerGetsIt) {
  Connection on;
  on.client_says("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  on.respond(200, 1);
  on.protocol.give_way();
  on.write({"x"});
  on.finish();
  EXPECT_FALSE(on.link.over());
  on.client_says("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  on.answer(200, "y");
  EXPECT_TRUE(on.link.finished);
}

TEST(Http1, WhatIsUnderWayDrainsWithItsResponse) {
  Connection on;
  on.client_says("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  on.protocol.drain();
  EXPECT_FALSE(on.link.over());
  on.answer(200, "x");
  EXPECT_NE(on.take_sent().find("connection: close\r\n"), std::string::npos);
  EXPECT_EQ(on.last().closed, SLIPRING_OK);
  EXPECT_TRUE(on.link.finished);
}

TEST(Http1, AResponseThatHasBegunDrainsAtItsEnd) {
  Connection on;
  on.client_says("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  on.respond(200, 1);
  on.protocol.drain();
  on.write({"x"});
  EXPECT_FALSE(on.link.over());
  on.finish();
  EXPECT_TRUE(on.link.finished);
}

TEST(Http1, AHalfClosedClientGetsItsAnswer) {
  Connection on;
  on.client_says("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  on.client_ends();
  EXPECT_FALSE(on.link.over());
  on.answer(200, "x");
  EXPECT_TRUE(on.take_sent().ends_with("\r\n\r\nx"));
  EXPECT_TRUE(on.link.finished);
}

TEST(Http1, AClientThatEndsBetweenRequestsIsAnsweredInKind) {
  Connection on;
  on.client_ends();
  EXPECT_TRUE(on.link.finished);
  EXPECT_EQ(on.link.sent, "");
  EXPECT_EQ(on.counted.bad_requests, 0U);
}

TEST(Http1, AClientThatEndsWithinAHeadIsToldSo) {
  Connection on;
  on.client_says("GET / HT");
  on.client_ends();
  EXPECT_TRUE(on.link.sent.starts_with("HTTP/1.1 400 "));
  EXPECT_TRUE(on.link.finished);
  EXPECT_EQ(on.counted.bad_requests, 1U);
}

TEST(Http1, AClientThatEndsWithinABodyIsToldSo) {
  for (const std::string framing : {"Content-Length: 5", "Transfer-Encoding: chunked"}) {
    Connection on;
    on.client_says("POST / HTTP/1.1\r\nHost: a\r\n" + framing + "\r\n\r\n");
    on.client_ends();
    EXPECT_TRUE(on.link.sent.starts_with("HTTP/1.1 400 ")) << framing;
    EXPECT_EQ(on.last().closed, SLIPRING_CANCELLED);
    EXPECT_TRUE(on.link.finished);
  }
}

TEST(Http1, AClientThatLeavesCancelsItsExchange) {
  Connection on;
  on.client_says("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  on.respond(200, SLIPRING_LENGTH_UNKNOWN);
  on.protocol.lost();
  EXPECT_EQ(on.last().closed, SLIPRING_CANCELLED);
}

TEST(Http1, AResponseThatWasOutWhenTheClientLeftIsWhole) {
  Connection on;
  on.client_says("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  on.respond(200, 0);
  on.front.exchange->finish({});
  on.protocol.lost();
  EXPECT_EQ(on.last().closed, SLIPRING_OK);
}

TEST(Http1, AResetBreaksTheConnection) {
  Connection on;
  on.client_says("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  on.respond(200, 10);
  on.front.exchange->reset(SLIPRING_DATA_LOSS);
  EXPECT_TRUE(on.link.dropped);
  EXPECT_EQ(on.last().closed, -1);
  on.protocol.lost();
  EXPECT_EQ(on.last().closed, SLIPRING_DATA_LOSS);
}

}  // namespace
}  // namespace slipring::web
