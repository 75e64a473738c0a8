#include "frame.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace slipring::websocket {
namespace {

std::vector<int> header(Opcode opcode, std::uint64_t size) {
  std::array<std::uint8_t, 16> bytes{};
  const std::size_t length = write_frame_header(opcode, size, bytes.data());
  return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(length)};
}

TEST(FrameHeader, UsesTheShortestLengthThatFits) {
  EXPECT_EQ(header(Opcode::text, 0), (std::vector<int>{0x81, 0}));
  EXPECT_EQ(header(Opcode::text, 125), (std::vector<int>{0x81, 125}));
  EXPECT_EQ(header(Opcode::binary, 126), (std::vector<int>{0x82, 126, 0, 126}));
  EXPECT_EQ(header(Opcode::binary, 0xffff), (std::vector<int>{0x82, 126, 0xff, 0xff}));
  EXPECT_EQ(header(Opcode::binary, 0x10000), (std::vector<int>{0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0}));
}

TEST(FrameHeader, OfTheReadyMadePingIsRight) {
  EXPECT_EQ(header(Opcode::ping, ping_frame.size() - 2),
            (std::vector<int>{ping_frame[0], ping_frame[1]}));
}

}  // namespace
}  // namespace slipring::websocket
