#include <gtest/gtest.h>

#include <string>

#include "fakes.hpp"

namespace slipring::web {
namespace {

using http1_test::Connection;
using std::chrono::seconds;

const std::string get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const std::string post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\n";

// One byte a second.
void trickle(Connection &on, const std::string &bytes) {
  for (const char byte : bytes) {
    on.client_says(std::string(1, byte));
    on.pass(seconds(1));
  }
}

TEST(Http1Deadlines, ATrickledHeadIs408) {
  Connection on;
  trickle(on, get.substr(0, 9));
  EXPECT_FALSE(on.link.over());
  on.pass(seconds(1));
  EXPECT_TRUE(on.link.sent.starts_with("HTTP/1.1 408 "));
  EXPECT_TRUE(on.link.finished);
  EXPECT_EQ(on.counted.timeouts, 1U);
  EXPECT_TRUE(on.front.seen.empty());
}

TEST(Http1Deadlines, AClientThatNeverSpeaksIsClosedSilently) {
  Connection on;
  on.pass(seconds(10));
  EXPECT_EQ(on.link.sent, "");
  EXPECT_TRUE(on.link.finished);
  EXPECT_EQ(on.counted.timeouts, 1U);
}

TEST(Http1Deadlines, ALaterHeadHasItsTimeFromItsFirstByte) {
  Connection on;
  on.client_says(get);
  on.answer(200, "");
  on.take_sent();
  on.pass(seconds(70));
  trickle(on, get.substr(0, 9));
  EXPECT_FALSE(on.link.over());
  on.pass(seconds(1));
  EXPECT_TRUE(on.link.sent.starts_with("HTTP/1.1 408 "));
}

TEST(Http1Deadlines, AHeadBehindAnotherRequestHasATimeToo) {
  Connection on;
  on.client_says(get + "GET /");
  on.pass(seconds(1000));
  on.answer(200, "");
  on.take_sent();
  on.pass(seconds(10));
  EXPECT_TRUE(on.link.sent.starts_with("HTTP/1.1 408 "));
}

TEST(Http1Deadlines, ATrickledBodyIs408) {
  Connection on;
  on.client_says(post);
  trickle(on, std::string(49, 'x'));
  on.pass(seconds(11));
  EXPECT_TRUE(on.link.sent.starts_with("HTTP/1.1 408 "));
  EXPECT_TRUE(on.link.finished);
  EXPECT_EQ(on.last().closed, SLIPRING_DEADLINE_EXCEEDED);
  EXPECT_EQ(on.counted.timeouts, 1U);
}

TEST(Http1Deadlines, ABodyThatWasAskedForHasATimeToo) {
  Connection on;
  on.client_says("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  on.take_sent();
  on.pass(seconds(59));
  EXPECT_FALSE(on.link.over());
  on.pass(seconds(1));
  EXPECT_TRUE(on.link.sent.starts_with("HTTP/1.1 408 "));
}

TEST(Http1Deadlines, ATrickledBodyUnderAResponseCutsItShort) {
  Connection on;
  on.client_says(post);
  on.respond(200, SLIPRING_LENGTH_UNKNOWN);
  on.take_sent();
  on.pass(seconds(60));
  EXPECT_EQ(on.link.sent, "");
  EXPECT_TRUE(on.link.finished);
  EXPECT_EQ(on.last().closed, SLIPRING_DEADLINE_EXCEEDED);
}

TEST(Http1Deadlines, ABodyThatNobodyWantsHasATimeToo) {
  Connection on;
  on.client_says(post);
  on.answer(200, "");
  on.take_sent();
  on.pass(seconds(60));
  EXPECT_EQ(on.link.sent, "");
  EXPECT_TRUE(on.link.finished);
  EXPECT_EQ(on.counted.timeouts, 1U);
}

TEST(Http1Deadlines, AnIdleConnectionIsClosedSilently) {
  Connection on;
  on.client_says(get);
  on.answer(200, "");
  on.take_sent();
  on.pass(seconds(74));
  EXPECT_FALSE(on.link.over());
  on.pass(seconds(1));
  EXPECT_EQ(on.link.sent, "");
  EXPECT_TRUE(on.link.finished);
  EXPECT_EQ(on.counted.timeouts, 0U);
}

TEST(Http1Deadlines, AResponseMayTakeForEver) {
  Connection on;
  on.client_says(get);
  on.respond(200, SLIPRING_LENGTH_UNKNOWN);
  on.pass(seconds(100'000));
  EXPECT_FALSE(on.link.over());
}

TEST(Http1Deadlines, OnceItIsOverNothingIsWaitedFor) {
  Connection on;
  on.client_says("x\n");
  const std::string sent = on.link.sent;
  on.pass(seconds(100'000));
  EXPECT_EQ(on.link.sent, sent);
  EXPECT_EQ(on.counted.timeouts, 0U);
}

}  // namespace
}  // namespace slipring::web
