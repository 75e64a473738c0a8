// Each illegal frame of RFC 9113 §4 to §6, and what it is answered with.
#include "http2/fakes.hpp"

namespace slipring::web::testing {
namespace {

struct Case {
  const char *section;
  const char *rule;
  std::string bytes;  // behind the preface
  const char *answer;
};

const Fields get = request_fields("GET");
const Fields post = request_fields("POST");
const std::string open_1 = headers(1, post, END_HEADERS);

std::string padded(std::string_view payload, int padding) {
  return static_cast<char>(padding) + std::string(payload);
}

const std::vector<Case> &cases() {
  static const std::vector<Case> all = {
      {"4.2", "a frame is not larger than SETTINGS_MAX_FRAME_SIZE",
       open_1 + data(1, std::string(16'385, 'x')), "GOAWAY FRAME_SIZE_ERROR"},
      {"4.3", "a header block can be decoded",
       frame(NGHTTP2_HEADERS, END_HEADERS | END_STREAM, 1, "\xff\xff\xff\xff\xff"),
       "GOAWAY COMPRESSION_ERROR"},
      {"4.3", "a header block of trailers too",
       open_1 + frame(NGHTTP2_HEADERS, END_HEADERS | END_STREAM, 1, "\xff\xff\xff\xff\xff"),
       "GOAWAY COMPRESSION_ERROR"},
      {"4.3", "nothing comes between HEADERS and CONTINUATION",
       frame(NGHTTP2_HEADERS, END_STREAM, 1, block(get)) + frame(NGHTTP2_PING, 0, 0, "12345678"),
       "GOAWAY PROTOCOL_ERROR"},
      {"4.3", "CONTINUATION is of the same stream",
       frame(NGHTTP2_HEADERS, END_STREAM, 1, block(get)) +
           frame(NGHTTP2_CONTINUATION, END_HEADERS, 3, {}),
       "GOAWAY PROTOCOL_ERROR"},
      {"5.1", "DATA on an idle stream", data(1, "x"), "GOAWAY PROTOCOL_ERROR"},
      {"5.1", "RST_STREAM on an idle stream", reset(1), "GOAWAY PROTOCOL_ERROR"},
      {"5.1", "WINDOW_UPDATE on an idle stream", window_update(1, 1), "GOAWAY PROTOCOL_ERROR"},
      {"5.1", "CONTINUATION without HEADERS", frame(NGHTTP2_CONTINUATION, END_HEADERS, 1, {}),
       "GOAWAY PROTOCOL_ERROR"},
      {"5.1", "DATA behind END_STREAM", headers(1, get) + data(1, "x"), "GOAWAY STREAM_CLOSED"},
      {"5.1", "HEADERS behind END_STREAM", headers(1, get) + headers(1, {{"a", "b"}}),
       "GOAWAY STREAM_CLOSED"},
      {"5.1.1", "streams of a client are odd", headers(2, get), "GOAWAY PROTOCOL_ERROR"},
      {"5.3.1 (7540)", "a stream does not depend on itself",
       frame(NGHTTP2_HEADERS, END_HEADERS | END_STREAM | PRIORITY, 1,
             big_endian(1, 4) + '\x10' + block(get)),
       "GOAWAY PROTOCOL_ERROR"},
      {"6.1", "DATA is of a stream", data(0, "x"), "GOAWAY PROTOCOL_ERROR"},
      {"6.1", "padding of DATA is shorter than the payload",
       open_1 + data(1, padded("xy", 3), PADDED), "GOAWAY PROTOCOL_ERROR"},
      {"6.1", "padded DATA says how much", open_1 + data(1, {}, PADDED), "GOAWAY PROTOCOL_ERROR"},
      {"6.2", "HEADERS are of a stream", headers(0, get), "GOAWAY PROTOCOL_ERROR"},
      {"6.2", "padding of HEADERS is shorter than the payload",
       frame(NGHTTP2_HEADERS, END_HEADERS | END_STREAM | PADDED, 1, padded("xy", 3)),
       "GOAWAY PROTOCOL_ERROR"},
      {"6.2", "HEADERS with a priority have room for it",
       frame(NGHTTP2_HEADERS, END_HEADERS | END_STREAM | PRIORITY, 1, "xyz"),
       "GOAWAY FRAME_SIZE_ERROR"},
      {"6.3", "PRIORITY is of a stream", frame(NGHTTP2_PRIORITY, 0, 0, "12345"),
       "GOAWAY PROTOCOL_ERROR"},
      {"6.3", "PRIORITY has 5 bytes", frame(NGHTTP2_PRIORITY, 0, 1, "1234"),
       "GOAWAY FRAME_SIZE_ERROR"},
      {"6.4", "RST_STREAM is of a stream", reset(0), "GOAWAY PROTOCOL_ERROR"},
      {"6.4", "RST_STREAM has 4 bytes", open_1 + frame(NGHTTP2_RST_STREAM, 0, 1, "123"),
       "GOAWAY FRAME_SIZE_ERROR"},
      {"6.5", "an ack of SETTINGS is empty",
       frame(NGHTTP2_SETTINGS, ACK, 0, setting(NGHTTP2_SETTINGS_ENABLE_PUSH, 0)),
       "GOAWAY FRAME_SIZE_ERROR"},
      {"6.5", "SETTINGS are of the connection", frame(NGHTTP2_SETTINGS, 0, 1, {}),
       "GOAWAY PROTOCOL_ERROR"},
      {"6.5", "SETTINGS have 6 bytes each", settings("1234567"), "GOAWAY FRAME_SIZE_ERROR"},
      {"6.5.2", "ENABLE_PUSH is 0 or 1", settings(setting(NGHTTP2_SETTINGS_ENABLE_PUSH, 2)),
       "GOAWAY PROTOCOL_ERROR"},
      {"6.5.2", "INITIAL_WINDOW_SIZE is below 2^31",
       settings(setting(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 0x80000000)),
       "GOAWAY FLOW_CONTROL_ERROR"},
      {"6.5.2", "MAX_FRAME_SIZE is at least 2^14",
       settings(setting(NGHTTP2_SETTINGS_MAX_FRAME_SIZE, 16'383)), "GOAWAY PROTOCOL_ERROR"},
      {"6.5.2", "MAX_FRAME_SIZE is below 2^24",
       settings(setting(NGHTTP2_SETTINGS_MAX_FRAME_SIZE, 1 << 24)), "GOAWAY PROTOCOL_ERROR"},
      {"3 (8441)", "ENABLE_CONNECT_PROTOCOL is 0 or 1",
       settings(setting(NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL, 2)), "GOAWAY PROTOCOL_ERROR"},
      {"6.6", "a client does not push",
       open_1 + frame(NGHTTP2_PUSH_PROMISE, END_HEADERS, 1, big_endian(2, 4) + block(get)),
       "GOAWAY PROTOCOL_ERROR"},
      {"6.7", "PING is of the connection", frame(NGHTTP2_PING, 0, 1, "12345678"),
       "GOAWAY PROTOCOL_ERROR"},
      {"6.7", "PING has 8 bytes", frame(NGHTTP2_PING, 0, 0, "1234567"), "GOAWAY FRAME_SIZE_ERROR"},
      {"6.8", "GOAWAY is of the connection", frame(NGHTTP2_GOAWAY, 0, 1, big_endian(0, 8)),
       "GOAWAY PROTOCOL_ERROR"},
      {"6.8", "GOAWAY has 8 bytes at least", frame(NGHTTP2_GOAWAY, 0, 0, "1234567"),
       "GOAWAY FRAME_SIZE_ERROR"},
      {"6.9", "WINDOW_UPDATE has 4 bytes", frame(NGHTTP2_WINDOW_UPDATE, 0, 0, "123"),
       "GOAWAY FRAME_SIZE_ERROR"},
      {"6.9", "WINDOW_UPDATE of the connection adds something", window_update(0, 0),
       "GOAWAY PROTOCOL_ERROR"},
      {"6.9", "WINDOW_UPDATE of a stream adds something", open_1 + window_update(1, 0),
       "GOAWAY PROTOCOL_ERROR"},
      {"6.9.1", "the window of the connection stays below 2^31", window_update(0, 0x7fffffff),
       "GOAWAY FLOW_CONTROL_ERROR"},
      {"6.9.1", "the window of a stream stays below 2^31", open_1 + window_update(1, 0x7fffffff),
       "RST_STREAM FLOW_CONTROL_ERROR"},
      {"6.9.2", "no window outgrows 2^31 by SETTINGS",
       open_1 + window_update(1, 0x7fffffff - 65'535) +
           settings(setting(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 65'536)),
       "RST_STREAM FLOW_CONTROL_ERROR"},
      {"7.1 (9218)", "PRIORITY_UPDATE is of the connection",
       frame(NGHTTP2_PRIORITY_UPDATE, 0, 1, big_endian(1, 4) + "u=1"), "GOAWAY PROTOCOL_ERROR"},
      {"7.1 (9218)", "PRIORITY_UPDATE names a stream",
       frame(NGHTTP2_PRIORITY_UPDATE, 0, 0, big_endian(0, 4) + "u=1"), "GOAWAY PROTOCOL_ERROR"},
      {"7.1 (9218)", "PRIORITY_UPDATE names a stream of a client",
       frame(NGHTTP2_PRIORITY_UPDATE, 0, 0, big_endian(2, 4) + "u=1"), "GOAWAY PROTOCOL_ERROR"},
      {"7.1 (9218)", "PRIORITY_UPDATE has 4 bytes at least",
       frame(NGHTTP2_PRIORITY_UPDATE, 0, 0, "123"), "GOAWAY FRAME_SIZE_ERROR"},
      {"2.1 (9218)", "NO_RFC7540_PRIORITIES does not change",
       settings(setting(NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1)), "GOAWAY PROTOCOL_ERROR"},
  };
  return all;
}

class IllegalFrames : public Http2Test {
 protected:
  std::string answer_to(std::string_view bytes) {
    connect();
    sent();
    receive(bytes);
    return refusal();
  }
};

TEST_F(IllegalFrames, AreAnsweredByTheRule) {
  for (const Case &each : cases()) {
    link = {};
    EXPECT_EQ(answer_to(each.bytes), each.answer) << each.section << ": " << each.rule;
    const bool of_connection = std::string_view(each.answer).starts_with("GOAWAY");
    EXPECT_EQ(link.finished, of_connection) << each.section << ": " << each.rule;
  }
}

TEST_F(IllegalFrames, AreTheSameHoweverTheyAreCut) {
  for (const Case &each : cases()) {
    if (each.bytes.size() > 1000) continue;
    for (std::size_t cut = 0; cut <= each.bytes.size(); ++cut) {
      link = {};
      connect();
      sent();
      receive(std::string_view(each.bytes).substr(0, cut));
      receive(std::string_view(each.bytes).substr(cut));
      EXPECT_EQ(refusal(), each.answer) << each.rule << ", cut at " << cut;
    }
  }
}

TEST_F(IllegalFrames, AreCountedOnceForTheConnection) {
  answer_to(data(0, "x"));
  EXPECT_EQ(http2_errors, 1u);
  EXPECT_EQ(floods, 0u);
}

TEST_F(IllegalFrames, EndWhatIsUnderWay) {
  answer_to(headers(1, get) + data(0, "x"));
  EXPECT_EQ(seen(1).closed, std::vector<slipring_status>{SLIPRING_INVALID_ARGUMENT});
}

TEST_F(Http2Test, APrefaceThatIsNoneIsRefused) {
  connect("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n" + settings());
  EXPECT_EQ(refusal(), "GOAWAY PROTOCOL_ERROR");
  EXPECT_TRUE(link.finished);
}

TEST_F(Http2Test, APrefaceIsFollowedBySettings) {
  connect(NGHTTP2_CLIENT_MAGIC + headers(1, get));
  EXPECT_EQ(refusal(), "GOAWAY PROTOCOL_ERROR");
}

TEST_F(Http2Test, UnknownFramesSettingsAndErrorCodesAreIgnored) {
  connect();
  sent();
  receive(frame(0xbe, 0xff, 0, "grease") + settings(setting(0x1a2a, 1)) +
          frame(NGHTTP2_ALTSVC, 0, 1, "x"));
  receive(headers(1, get) + reset(1, 0x12345));
  EXPECT_EQ(refusal(), "nothing");
  EXPECT_EQ(seen(1).closed, std::vector<slipring_status>{SLIPRING_CANCELLED});
}

TEST_F(Http2Test, OurSettingsSayWhatIsAccepted) {
  connect();
  const auto frames = sent(NGHTTP2_SETTINGS);
  ASSERT_FALSE(frames.empty());
  std::map<std::uint32_t, std::uint32_t> values;
  for (std::size_t at = 0; at < frames[0].payload.size(); at += 6) {
    values[frames[0].number(at) >> 16] = frames[0].number(at + 2);
  }
  EXPECT_EQ(values[NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS], 100u);
  EXPECT_EQ(values[NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE], 64u * 1024);
  EXPECT_EQ(values[NGHTTP2_SETTINGS_HEADER_TABLE_SIZE], 4096u);
  EXPECT_EQ(values[NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE], 16u * 1024 + 32 * 100);
  EXPECT_EQ(values[NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL], 1u);
  EXPECT_EQ(values[NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES], 1u);
}

TEST_F(Http2Test, StreamsBeyondTheLimitAreRefused) {
  settings_.http2.streams = 2;
  connect(std::string(NGHTTP2_CLIENT_MAGIC) + settings());
  sent();
  receive(headers(1, get) + headers(3, get) + headers(5, get));
  EXPECT_EQ(refusal(), "RST_STREAM REFUSED_STREAM");
  receive(frame(NGHTTP2_SETTINGS, ACK, 0, {}) + headers(7, get));
  EXPECT_EQ(refusal(), "GOAWAY PROTOCOL_ERROR");
  EXPECT_EQ(front.last, 2u);
}

}  // namespace
}  // namespace slipring::web::testing
