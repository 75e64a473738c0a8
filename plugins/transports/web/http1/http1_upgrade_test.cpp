// How a request leaves HTTP for WebSocket, and those that do not.
#include <gtest/gtest.h>

#include <string>

#include "fakes.hpp"

namespace slipring::web {
namespace {

using http1_test::Connection;

const std::string handshake =
    "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nKey: x\r\n\r\n";
const std::string accepted =
    "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
    "sec-websocket-accept: x\r\n\r\n";

TEST(Http1Upgrade, TheLinkBecomesAWebSocketAndGetsTheRest) {
  Connection on;
  on.client_says(handshake + "frames");
  EXPECT_EQ(on.take_sent(), accepted);
  ASSERT_NE(on.link.next, nullptr);
  EXPECT_EQ(on.link.for_next, "frames");
  EXPECT_TRUE(on.front.seen.empty());
  EXPECT_EQ(on.counted.requests, 1U);
}

TEST(Http1Upgrade, CutAnywhereItIsTheSame) {
  for (std::size_t cut = 1; cut < handshake.size(); ++cut) {
    Connection on;
    on.cut = cut;
    on.client_says(handshake);
    EXPECT_EQ(on.take_sent(), accepted);
    EXPECT_NE(on.link.next, nullptr);
  }
}

TEST(Http1Upgrade, BehindAnotherRequestWaitsForItsTurn) {
  Connection on;
  on.client_says("GET / HTTP/1.1\r\nHost: a\r\n\r\n" + handshake + "frames");
  EXPECT_EQ(on.link.next, nullptr);
  on.answer(200, "");
  ASSERT_NE(on.link.next, nullptr);
  EXPECT_EQ(on.link.for_next, "frames");
  EXPECT_TRUE(on.link.reading);
}

TEST(Http1Upgrade, ARefusedHandshakeIsAnAnswerLikeAnother) {
  Connection on;
  on.client_says("GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n");
  EXPECT_EQ(on.take_sent(),
            "HTTP/1.1 426 Upgrade Required\r\ncontent-type: text/plain; charset=utf-8\r\n"
            "upgrade: websocket\r\nsec-websocket-version: 13\r\ncontent-length: 7\r\n"
            "connection: upgrade\r\n\r\nno key\n");
  EXPECT_FALSE(on.link.over());
  on.client_says("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(on.front.seen.size(), 1U);
}

TEST(Http1Upgrade, AHandshakeHasNoBody) {
  Connection on;
  on.client_says(
      "GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nKey: x\r\nContent-Length: "
      "5\r\n\r\nhello");
  EXPECT_TRUE(on.link.sent.starts_with("HTTP/1.1 400 "));
  EXPECT_TRUE(on.link.finished);
  EXPECT_EQ(on.link.next, nullptr);
}

TEST(Http1Upgrade, OfADrainingConnectionIsRefused) {
  Connection on;
  on.client_says(handshake.substr(0, 10));
  on.protocol.drain();
  on.client_says(handshake.substr(10));
  EXPECT_TRUE(on.link.sent.starts_with("HTTP/1.1 503 "));
  EXPECT_TRUE(on.link.finished);
  EXPECT_EQ(on.link.next, nullptr);
}

TEST(Http1Upgrade, OfAConnectionThatGivesWayIsMade) {
  Connection on;
  on.protocol.give_way();
  on.client_says(handshake);
  EXPECT_EQ(on.take_sent(), accepted);
  EXPECT_NE(on.link.next, nullptr);
}

TEST(Http1Upgrade, OtherProtocolsAreNotSpoken) {  // RFC 9110 §7.8: may be ignored
  Connection on;
  on.client_says(
      "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: "
      "h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n");
  ASSERT_EQ(on.front.seen.size(), 1U);
  on.answer(200, "x");
  EXPECT_TRUE(on.take_sent().starts_with("HTTP/1.1 200 OK"));
}

}  // namespace
}  // namespace slipring::web
