// Frames that are legal one by one and an attack by the thousand; and header blocks that are bombs.
#include "http2/floods.hpp"

#include "http2/fakes.hpp"

namespace slipring::web::testing {
namespace {

using std::chrono::seconds;

const Fields get = request_fields("GET");
const Fields post = request_fields("POST");

class FloodsTest : public Http2Test {
 protected:
  FloodsTest() {
    settings_.http2.resets = 10;
    settings_.http2.pings = 10;
    connect();
    sent();
  }

  // Sends what `make` makes for one stream after another, until it is refused; how often it was
  // taken.
  template <typename Make>
  int taken(Make make, int at_most = 1000) {
    for (int i = 0; i < at_most; ++i) {
      receive(make(static_cast<std::uint32_t>(2 * i + 1)));
      if (link.finished) return i;
    }
    return at_most;
  }
  void expect_calm() {
    EXPECT_EQ(floods, 1u);
    EXPECT_EQ(http2_errors, 0u);
    EXPECT_TRUE(link.finished);
    const auto frames = sent(NGHTTP2_GOAWAY);
    ASSERT_EQ(frames.size(), 1u);
    EXPECT_EQ(frames[0].number(4), std::uint32_t{NGHTTP2_ENHANCE_YOUR_CALM});
  }
};

TEST_F(FloodsTest, OfRapidResets) {
  EXPECT_EQ(taken([](auto id) { return headers(id, get) + reset(id); }), 10);
  expect_calm();
  EXPECT_EQ(front.last, 11u);
  for (const auto &[session, seen] : front.sessions) EXPECT_EQ(seen.closed.size(), 1u) << session;
}

TEST_F(FloodsTest, OfMalformedRequests) {
  EXPECT_EQ(taken([](auto id) { return headers(id, request_fields("GET", "*")); }), 10);
  expect_calm();
}

TEST_F(FloodsTest, OfRequestsThatLibnghttp2FindsMalformed) {
  EXPECT_EQ(taken([](auto id) { return headers(id, with(get, {{"upgrade", "x"}})); }), 10);
  expect_calm();
}

TEST_F(FloodsTest, OfBodiesThatDifferFromTheirLength) {
  EXPECT_EQ(taken([](auto id) {
              return headers(id, with(post, {{"content-length", "1"}}), END_HEADERS) +
                     data(id, "", END_STREAM);
            }),
            10);
  expect_calm();
}

TEST_F(FloodsTest, OfStreamErrorsByWindows) {
  EXPECT_EQ(
      taken([](auto id) { return headers(id, post, END_HEADERS) + window_update(id, 0x7fffffff); }),
      10);
  expect_calm();
}

TEST_F(FloodsTest, OfPings) {
  EXPECT_EQ(taken([](auto) { return frame(NGHTTP2_PING, 0, 0, "12345678"); }), 9)
      << "the first SETTINGS count too";
  expect_calm();
}

TEST_F(FloodsTest, OfAcksThatNobodyWaitsFor) {
  EXPECT_EQ(taken([](auto) { return frame(NGHTTP2_PING, ACK, 0, "12345678"); }), 9);
  expect_calm();
}

TEST_F(FloodsTest, OfSettings) {
  EXPECT_EQ(taken([](auto) { return settings(setting(NGHTTP2_SETTINGS_ENABLE_PUSH, 0)); }), 9);
  expect_calm();
}

TEST_F(FloodsTest, OfEmptyData) {
  receive(headers(1, post, END_HEADERS));
  EXPECT_EQ(taken([](auto) { return data(1, ""); }), 9);
  expect_calm();
}

TEST_F(FloodsTest, OfPaddingAlone) {
  receive(headers(1, post, END_HEADERS));
  EXPECT_EQ(taken([](auto) { return data(1, std::string("\x03\0\0\0", 4), PADDED); }), 9);
  expect_calm();
}

TEST_F(FloodsTest, OfWindowUpdates) {
  EXPECT_EQ(taken([](auto) { return window_update(0, 1); }), 100);
  expect_calm();
}

TEST_F(FloodsTest, OfPriorities) {
  EXPECT_EQ(taken([](auto id) {
              return frame(NGHTTP2_PRIORITY_UPDATE, 0, 0, big_endian(id, 4) + "u=1");
            }),
            100);
  expect_calm();
}

TEST_F(FloodsTest, AsManyWindowUpdatesAsAnAnswerNeedsAreNone) {
  receive(headers(1, get));
  respond(1);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(write(1, std::string(1000, 'x')), 1000u);
    receive(window_update(0, 1000) + window_update(1, 1000));
  }
  EXPECT_FALSE(link.finished);
}

TEST_F(FloodsTest, WhatIsSpreadOverTimeIsNone) {
  for (std::uint32_t id = 1; id < 100; id += 2) {
    receive(headers(id, get) + reset(id) + frame(NGHTTP2_PING, 0, 0, "12345678"));
    pass(seconds(2));
  }
  EXPECT_FALSE(link.finished);
}

TEST_F(FloodsTest, OfContinuations) {
  receive(frame(NGHTTP2_HEADERS, END_STREAM, 1, block(get)));
  const int frames = taken([](auto) {
    return frame(NGHTTP2_CONTINUATION, 0, 1, block({{"a", "b"}}));
  });
  EXPECT_LE(frames, 9);
  expect_calm();
  EXPECT_TRUE(front.sessions.empty());
}

TEST_F(FloodsTest, OfAHeaderBlockThatGrowsWhenItIsDecoded) {
  settings_.http.head = 4096;
  // One field of 4,000 bytes goes to the table; each further byte brings it back.
  std::string bomb = block(get);
  bomb += '\x40' + std::string("\x01") + "a" + "\x7f" + "\xa1\x1e" + std::string(4000, 'x');
  bomb += std::string(1000, '\xbe');
  receive(frame(NGHTTP2_HEADERS, 0, 1, bomb));
  expect_calm();
  EXPECT_TRUE(front.sessions.empty());
}

TEST_F(FloodsTest, OfTinyFieldsInOneHead) {
  receive(frame(NGHTTP2_HEADERS, 0, 1, block(with(get, Fields(1000, {"a", ""})))));
  expect_calm();
}

TEST_F(FloodsTest, OfWhatIsToBeAcknowledgedAndNeverRead) {
  settings_.http2.pings = 1'000'000;
  link.is_full = true;
  const int frames = taken([](auto) { return frame(NGHTTP2_PING, 0, 0, "12345678"); }, 3000);
  EXPECT_LE(frames, 1001);
  EXPECT_EQ(floods, 1u);
}

TEST(Floods, AreCountedByInterval) {
  Floods floods;
  Http2Limits limits;
  limits.resets = 2;
  Time now = Time{} + seconds(100);
  EXPECT_TRUE(floods.count(Floods::Kind::reset, limits, now));
  EXPECT_TRUE(floods.count(Floods::Kind::reset, limits, now));
  EXPECT_TRUE(floods.count(Floods::Kind::chatter, limits, now));
  EXPECT_FALSE(floods.count(Floods::Kind::reset, limits, now));
  EXPECT_TRUE(floods.count(Floods::Kind::reset, limits, now + limits.interval));
}

}  // namespace
}  // namespace slipring::web::testing
