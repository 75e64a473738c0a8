#include "frame_check.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace slipring::websocket {
namespace {

// A read that begins with `before`, then has `size` bytes of payload.
struct Read {
  Read(std::vector<unsigned char> before, std::size_t size)
      : bytes(std::move(before)), payload(bytes.size()), payload_size(size) {
    bytes.resize(payload + size);
  }

  FrameHeader header() const {
    return {{bytes.data(), bytes.data() + bytes.size()}, bytes.data() + payload, payload_size};
  }

  std::vector<unsigned char> bytes;
  std::size_t payload;
  std::size_t payload_size;
};

bool right(std::vector<unsigned char> before, std::size_t size) {
  return !Read(std::move(before), size).header().is_wrong();
}

bool unmasked(std::vector<unsigned char> before, std::size_t size) {
  return Read(std::move(before), size).header().is_unmasked(1);
}

TEST(FrameCheck, TakesMaskedFramesOfEveryLength) {
  EXPECT_TRUE(right({0x81, 0x80 | 5, 1, 2, 3, 4}, 5));
  EXPECT_TRUE(right({0x01, 0x80 | 125, 1, 2, 3, 4}, 125));
  EXPECT_TRUE(right({0x82, 0xfe, 0, 126, 1, 2, 3, 4}, 126));
  EXPECT_TRUE(right({0x82, 0xfe, 0xff, 0xff, 1, 2, 3, 4}, 65535));
  EXPECT_TRUE(right({0x82, 0xff, 0, 0, 0, 0, 0, 1, 0, 0, 1, 2, 3, 4}, 65536));
}

TEST(FrameCheck, NoticesThatTheMaskIsMissing) {
  EXPECT_FALSE(right({0x81, 1, 'x', 0, 0, 0, 0x81, 5}, 5));
  EXPECT_FALSE(right({0, 0, 0, 0, 0x82, 126, 0, 126}, 126));
}

TEST(FrameCheck, NoticesThatTheMaskOfTheFirstFrameIsMissing) {
  EXPECT_TRUE(unmasked({0x81, 5}, 5));
  EXPECT_TRUE(unmasked({0x01, 126, 0, 200}, 200));
  EXPECT_FALSE(unmasked({0x81, 0x80 | 5, 1, 2, 3, 4}, 5));
  EXPECT_FALSE(unmasked({0x82, 5}, 5));
  EXPECT_FALSE(unmasked({3, 4}, 5));
  EXPECT_FALSE(unmasked({}, 5));
}

TEST(FrameCheck, NoticesALengthThatIsTooLong) {
  EXPECT_FALSE(right({0x81, 0xfe, 0, 5, 1, 2, 3, 4}, 5));
  EXPECT_FALSE(right({0x81, 0xff, 0, 0, 0, 0, 0, 0, 0, 126, 1, 2, 3, 4}, 126));
}

TEST(FrameCheck, DoesNotJudgeAHeaderThatItCannotSee) {
  EXPECT_TRUE(right({}, 5));
  EXPECT_TRUE(right({2, 3, 4}, 5));
  const unsigned char elsewhere[] = {0x81, 5, 'h', 'e', 'l', 'l', 'o'};
  EXPECT_FALSE(FrameHeader({}, elsewhere + 2, 5).is_wrong());
  EXPECT_FALSE(FrameHeader({}, elsewhere + 2, 5).is_unmasked(1));
}

}  // namespace
}  // namespace slipring::websocket
