#include "frame_reader.hpp"

#include <gtest/gtest.h>

#include "fakes.hpp"

namespace slipring::web::websocket_test {
namespace {

using What = FrameReader::What;

// What a reader makes of bytes that come in pieces of that size; data of one message is joined.
std::string read(std::string bytes, std::size_t piece, bool compression = false,
                 std::uint64_t room = 1 << 20) {
  FrameReader reader;
  std::string log;
  std::string message;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    std::span<char> rest = std::span(bytes).subspan(at, std::min(piece, bytes.size() - at));
    while (true) {
      const auto found = reader.next(rest, {compression, room - message.size()});
      const std::string payload(found.payload.begin(), found.payload.end());
      if (found.what == What::nothing) break;
      if (found.what == What::error) return log + std::to_string(found.violation.code);
      if (found.what == What::control) {
        log += "control " + std::to_string(static_cast<int>(found.opcode)) + ' ' + payload + '|';
        continue;
      }
      message += payload;
      if (!found.last) continue;
      log += std::to_string(static_cast<int>(found.opcode)) + (found.compressed ? " z " : " ");
      log += message + '|';
      message.clear();
    }
    EXPECT_TRUE(rest.empty());
  }
  return log;
}

// Whether it is read that way wherever it is cut.
void expect_read(const std::string &bytes, const std::string &log, const std::string &what,
                 bool compression = false, std::uint64_t room = 1 << 20) {
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    ASSERT_EQ(read(bytes, piece, compression, room), log) << what << ", in pieces of " << piece;
  }
}

std::string raw(std::initializer_list<int> bytes) {
  std::string text;
  for (const int byte : bytes) text += static_cast<char>(byte);
  return text;
}

TEST(FrameReader, ReadsWhatIsLegalWhereverItIsCut) {
  const std::string medium(300, 'm');
  struct Case {
    const char *what;
    std::string bytes;
    std::string log;
  };
  const std::vector<Case> cases = {
      {"a text", client_frame(wire::fin | wire::text, "hello"), "1 hello|"},
      {"an empty text", client_frame(wire::fin | wire::text, ""), "1 |"},
      {"a binary", client_frame(wire::fin | wire::binary, "ab"), "2 ab|"},
      {"a length of 125", client_frame(wire::fin | wire::text, std::string(125, 'x')),
       "1 " + std::string(125, 'x') + '|'},
      {"a length of two bytes", client_frame(wire::fin | wire::text, medium), "1 " + medium + '|'},
      {"fragments",
       client_frame(wire::text, "a") + client_frame(wire::continuation, "b") +
           client_frame(wire::fin | wire::continuation, "c"),
       "1 abc|"},
      {"empty fragments",
       client_frame(wire::text, "") + client_frame(wire::continuation, "") +
           client_frame(wire::fin | wire::continuation, ""),
       "1 |"},
      {"a ping between fragments",
       client_frame(wire::binary, "a") + client_frame(wire::fin | wire::ping, "now") +
           client_frame(wire::fin | wire::continuation, "b"),
       "control 9 now|2 ab|"},
      {"control frames without payload",
       client_frame(wire::fin | wire::ping, "") + client_frame(wire::fin | wire::pong, "") +
           client_frame(wire::fin | wire::close, ""),
       "control 9 |control 10 |control 8 |"},
      {"a control frame of 125 bytes", client_frame(wire::fin | wire::ping, std::string(125, 'p')),
       "control 9 " + std::string(125, 'p') + '|'},
      {"two messages",
       client_frame(wire::fin | wire::text, "a") + client_frame(wire::fin | wire::text, "b"),
       "1 a|1 b|"},
      {"a mask of zeros", client_frame(wire::fin | wire::text, "a", {0, 0, 0, 0}), "1 a|"},
  };
  for (const Case &each : cases) expect_read(each.bytes, each.log, each.what);
}

TEST(FrameReader, RefusesWhatIsIllegalWhereverItIsCut) {
  struct Case {
    const char *what;
    std::string bytes;
  };
  std::vector<Case> cases = {
      {"RSV1 that was not negotiated", client_frame(wire::fin | wire::rsv1 | wire::text, "a")},
      {"RSV2", client_frame(wire::fin | 0x20 | wire::text, "a")},
      {"RSV3", client_frame(wire::fin | 0x10 | wire::text, "a")},
      {"no mask", server_frame(wire::fin | wire::text, "a")},
      {"no mask on an empty frame", server_frame(wire::fin | wire::text, "")},
      {"no mask on a ping", server_frame(wire::fin | wire::ping, "")},
      {"7 in two bytes", raw({0x81, 0xfe, 0, 7, 1, 2, 3, 4})},
      {"125 in two bytes", raw({0x81, 0xfe, 0, 125, 1, 2, 3, 4})},
      {"125 in eight bytes", raw({0x82, 0xff, 0, 0, 0, 0, 0, 0, 0, 125, 1, 2, 3, 4})},
      {"65535 in eight bytes", raw({0x82, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 1, 2, 3, 4})},
      {"the highest bit of a length", raw({0x82, 0xff, 0x80, 0, 0, 0, 0, 1, 0, 0, 1, 2, 3, 4})},
      {"a fragmented ping", client_frame(wire::ping, "a")},
      {"a fragmented Close", client_frame(wire::close, "")},
      {"a ping of 126 bytes", client_frame(wire::fin | wire::ping, std::string(126, 'x'))},
      {"a Close of 65536 bytes", raw({0x88, 0xff, 0, 0, 0, 0, 0, 1, 0, 0, 1, 2, 3, 4})},
      {"a continuation without a beginning", client_frame(wire::fin | wire::continuation, "a")},
      {"a continuation behind the end",
       client_frame(wire::fin | wire::text, "") + client_frame(wire::continuation, "a")},
      {"a text in a text",
       client_frame(wire::text, "") + client_frame(wire::fin | wire::text, "a")},
      {"a binary in a text", client_frame(wire::text, "") + client_frame(wire::binary, "a")},
  };
  for (const unsigned opcode : {3u, 4u, 5u, 6u, 7u, 11u, 12u, 13u, 14u, 15u}) {
    cases.push_back({"a reserved opcode", client_frame(wire::fin | opcode, "a")});
  }
  for (const Case &each : cases) {
    const std::string before = each.bytes.size() > 6 && each.bytes.starts_with(raw({0x81, 0x80}))
                                   ? std::string("1 |")
                                   : std::string();
    expect_read(each.bytes, before + "1002", each.what);
  }
}

TEST(FrameReader, TakesRsv1OnTheFirstFrameOfAMessageAlone) {
  expect_read(client_frame(wire::fin | wire::rsv1 | wire::text, "a"), "1 z a|", "first", true);
  expect_read(client_frame(wire::rsv1 | wire::binary, "a") +
                  client_frame(wire::fin | wire::continuation, "b") +
                  client_frame(wire::fin | wire::binary, "c"),
              "2 z ab|2 c|", "fragments", true);
  expect_read(client_frame(wire::text, "a") +
                  client_frame(wire::fin | wire::rsv1 | wire::continuation, "b"),
              "1002", "continuation", true);
  expect_read(client_frame(wire::fin | wire::rsv1 | wire::ping, "a"), "1002", "ping", true);
  expect_read(client_frame(wire::fin | 0x20 | wire::text, "a"), "1002", "RSV2", true);
}

TEST(FrameReader, RefusesAFrameThatDoesNotFitBeforeItsPayloadComes) {
  const std::string huge = raw({0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff});
  expect_read(huge + "mask", "1009", "the largest length there is");
  expect_read(client_frame(wire::fin | wire::text, "12345"), "1 12345|", "exactly", false, 5);
  expect_read(client_frame(wire::fin | wire::text, "123456"), "1009", "one more", false, 5);
  expect_read(client_frame(wire::text, "1234") + client_frame(wire::continuation, "56"), "1009",
              "in fragments", false, 5);
}

TEST(FrameReader, RefusesAWrongFrameByItsFirstTwoBytes) {
  EXPECT_EQ(read(raw({0x81, 0x05}), 2), "1002");
  EXPECT_EQ(read(raw({0x83, 0x80}), 2), "1002");
  EXPECT_EQ(read(raw({0x89, 0xfe}), 2), "1002");
}

TEST(FrameReader, HandsOnPayloadBeforeTheFrameIsWhole) {
  FrameReader reader;
  std::string bytes = client_frame(wire::fin | wire::text, "hello").substr(0, 8);
  std::span<char> rest(bytes);
  const auto found = reader.next(rest, {false, 100});
  EXPECT_EQ(found.what, What::data);
  EXPECT_FALSE(found.last);
  EXPECT_EQ(std::string(found.payload.begin(), found.payload.end()), "he");
}

TEST(FrameReader, UnmasksWhateverTheOffsetAndLength) {
  for (std::size_t size = 0; size < 40; ++size) {
    for (std::size_t cut = 0; cut <= size; ++cut) {
      std::string text(size, '\0');
      for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + i % 26);
      std::string bytes = client_frame(wire::fin | wire::text, text).substr(6);
      std::array<std::uint8_t, 4> mask = {0x37, 0xfa, 0x21, 0x3d};
      unmask(std::span(bytes).first(cut), mask);
      unmask(std::span(bytes).subspan(cut), mask);
      ASSERT_EQ(bytes, text) << size << ' ' << cut;
    }
  }
}

TEST(FrameReader, IsSmall) {
  EXPECT_LE(sizeof(FrameReader), 40u);
}

}  // namespace
}  // namespace slipring::web::websocket_test
