// How a connection ends: for lack of requests, of life, or because it is asked to.
#include "http2/fakes.hpp"

namespace slipring::web::testing {
namespace {

using std::chrono::seconds;

const Fields get = request_fields("GET");
const Fields post = request_fields("POST");

class EndTest : public Http2Test {
 protected:
  EndTest() { connect(); }

  static std::string ack(const Frame &ping) { return frame(NGHTTP2_PING, ACK, 0, ping.payload); }
};

TEST_F(EndTest, ComesWhenTheFirstRequestDoesNot) {
  pass(seconds(9));
  receive(frame(NGHTTP2_PING, 0, 0, "12345678"));
  EXPECT_FALSE(link.finished);
  pass(seconds(1));
  EXPECT_TRUE(link.finished);
  EXPECT_EQ(timeouts, 1u);
  EXPECT_EQ(refusal(), "GOAWAY NO_ERROR");
}

TEST_F(EndTest, ComesWhenAHeadIsTrickled) {
  receive(headers(1, get));
  respond(1, 204, 0);
  round();
  const std::string head = headers(3, get);
  for (std::size_t at = 0; at < 20; ++at) {
    receive(head.substr(at, 1));
    pass(seconds(1));
  }
  EXPECT_TRUE(link.finished);
  EXPECT_EQ(timeouts, 1u);
}

TEST_F(EndTest, ComesWhenAHeaderBlockIsNeverEndedThoughOthersAreServed) {
  receive(headers(1, get) + frame(NGHTTP2_HEADERS, END_STREAM, 3, block(get)));
  pass(seconds(10));
  EXPECT_TRUE(link.finished);
  EXPECT_EQ(seen(1).closed.size(), 1u);
}

TEST_F(EndTest, ComesToAnIdleConnectionWhateverElseItSays) {
  receive(headers(1, get));
  respond(1, 204, 0);
  round();
  for (int i = 0; i < 14; ++i) {
    pass(seconds(5));
    receive(frame(NGHTTP2_PING, 0, 0, "12345678"));
    EXPECT_FALSE(link.finished) << i;
  }
  pass(seconds(5));
  EXPECT_TRUE(link.finished);
  EXPECT_EQ(timeouts, 0u);
}

TEST_F(EndTest, ASilentPeerIsPingedAndThenDead) {
  receive(headers(1, get));
  sent();
  pass(seconds(30));
  EXPECT_EQ(pings_sent, 1u);
  const auto pings = sent(NGHTTP2_PING);
  ASSERT_EQ(pings.size(), 1u);
  receive(ack(pings[0]));
  pass(seconds(29));
  EXPECT_EQ(pings_sent, 1u);
  pass(seconds(1));
  pass(seconds(10));
  EXPECT_EQ(pings_sent, 2u);
  EXPECT_EQ(dead_peers, 1u);
  EXPECT_TRUE(link.dropped);
  EXPECT_EQ(seen(1).closed, std::vector<slipring_status>{SLIPRING_CANCELLED});
}

TEST_F(EndTest, OutputThatMovesIsASignOfLife) {
  receive(headers(1, get));
  pass(seconds(29));
  http2->writable();
  pass(seconds(29));
  EXPECT_EQ(pings_sent, 0u);
}

TEST_F(EndTest, ADrainIsAnnouncedAndThenDone) {
  receive(headers(1, get));
  sent();
  http2->drain();
  auto frames = sent();
  ASSERT_EQ(frames.size(), 2u);
  EXPECT_EQ(frames[0].type, NGHTTP2_GOAWAY);
  EXPECT_EQ(frames[0].number(), 0x7fffffffu);
  EXPECT_EQ(frames[1].type, NGHTTP2_PING);
  receive(headers(3, get) + ack(frames[1]));  // was on its way
  EXPECT_EQ(front.last, 2u);
  frames = sent(NGHTTP2_GOAWAY);
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(frames[0].number(), 3u);
  EXPECT_EQ(frames[0].number(4), std::uint32_t{NGHTTP2_NO_ERROR});
  receive(headers(5, get));
  EXPECT_EQ(front.last, 2u) << "too late";
  respond(1, 204, 0);
  round();
  EXPECT_FALSE(link.finished);
  respond(2, 204, 0);
  round();
  EXPECT_TRUE(link.finished);
  EXPECT_EQ(seen(2).closed, std::vector<slipring_status>{SLIPRING_OK});
}

TEST_F(EndTest, AConnectionThatGivesWayDrainsOnceARequestHasCome) {
  http2->give_way();
  EXPECT_TRUE(sent(NGHTTP2_GOAWAY).empty());
  receive(headers(1, get));
  const auto frames = sent(NGHTTP2_GOAWAY);
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(frames[0].number(), 0x7fffffffu);
  EXPECT_EQ(front.last, 1u);
  respond(1, 204, 0);
  round();
  EXPECT_FALSE(link.finished);
}

TEST_F(EndTest, ADrainDoesNotWaitForAPeerThatDoesNotAnswer) {
  receive(headers(1, get));
  respond(1, 204, 0);
  round();
  http2->drain();
  http2->drain();
  EXPECT_EQ(sent(NGHTTP2_GOAWAY).size(), 1u);
  EXPECT_FALSE(link.finished);
  pass(seconds(3));
  EXPECT_EQ(sent(NGHTTP2_GOAWAY).size(), 1u);
  EXPECT_TRUE(link.finished);
}

TEST_F(EndTest, AGoawayOfTheClientLetsItsStreamsEnd) {
  receive(headers(1, get) + frame(NGHTTP2_GOAWAY, 0, 0, big_endian(0, 8)));
  EXPECT_FALSE(link.finished);
  respond(1, 200);
  write(1, "x");
  finish(1);
  round();
  EXPECT_TRUE(link.finished);
  EXPECT_EQ(seen(1).closed, std::vector<slipring_status>{SLIPRING_OK});
}

TEST_F(EndTest, AFinOfTheClientIsAnsweredWhenNothingIsUnderWay) {
  http2->peer_ended();
  EXPECT_TRUE(link.finished);
}

TEST_F(EndTest, NothingIsSaidBehindTheEnd) {
  receive(headers(1, get));
  http2->lost();
  link.out.clear();
  http2->drain();
  http2->writable();
  http2->peer_ended();
  round();
  EXPECT_TRUE(link.out.empty());
  EXPECT_FALSE(link.finished || link.dropped);
}

}  // namespace
}  // namespace slipring::web::testing
