#include "deflate_cache.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "fakes.hpp"
#include "inflater.hpp"

namespace slipring::web::websocket_test {
namespace {

class DeflateCacheTest : public testing::Test {
 protected:
  // The message in a frame; read with a window as small as was agreed, a byte at a time.
  static std::string read(std::string_view frame, int window_bits) {
    const std::size_t code = static_cast<std::uint8_t>(frame[1]);
    const std::size_t header = code < 126 ? 2 : code == 126 ? 4 : 10;
    std::string bytes(frame.substr(header));
    bytes.append("\0\0\xff\xff", 4);
    z_stream stream{};
    inflateInit2(&stream, -window_bits);
    stream.next_in = reinterpret_cast<Bytef *>(bytes.data());
    stream.avail_in = static_cast<uInt>(bytes.size());
    std::string text;
    int answer = Z_OK;
    while (answer == Z_OK) {
      char out;
      stream.next_out = reinterpret_cast<Bytef *>(&out);
      stream.avail_out = 1;
      answer = inflate(&stream, Z_SYNC_FLUSH);
      if (stream.avail_out == 0) text += out;
    }
    EXPECT_EQ(answer, Z_BUF_ERROR) << "all was read";
    EXPECT_EQ(stream.avail_in, 0u);
    inflateEnd(&stream);
    return text;
  }

  static std::string sample(std::size_t size) {
    std::mt19937 random(4711);
    std::string text;
    while (text.size() < size) text += "word" + std::to_string(random() % 50) + ' ';
    return text;
  }

  MemoryBudget budget_{16 << 20};
  DeflateCache cache_{budget_, 4096};
};

TEST_F(DeflateCacheTest, FramesCanBeReadWithEveryWindowThatWasAgreed) {
  const std::string text = sample(20'000);
  for (int bits = 8; bits <= 15; ++bits) {
    const std::string_view frame = cache_.frame(Opcode::text, text, bits);
    ASSERT_LT(frame.size(), text.size());
    EXPECT_EQ(static_cast<std::uint8_t>(frame[0]), 0xc1) << "FIN, RSV1, text";
    EXPECT_EQ(read(frame, bits), text) << bits;
  }
}

TEST_F(DeflateCacheTest, AMessageIsCompressedOnceForAllThatShareAWindow) {
  const std::string text = sample(200);
  const std::string first(cache_.frame(Opcode::text, text, 15));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(cache_.frame(Opcode::text, text, 15), first);
  EXPECT_EQ(cache_.compressed(), 1u);
  cache_.frame(Opcode::text, text, 9);
  cache_.frame(Opcode::text, text, 8);
  EXPECT_EQ(cache_.compressed(), 2u);
}

TEST_F(DeflateCacheTest, TheSameBytesOfTheOtherKindAreAnotherMessage) {
  const std::string text = sample(200);
  EXPECT_EQ(static_cast<std::uint8_t>(cache_.frame(Opcode::text, text, 15)[0]), 0xc1);
  EXPECT_EQ(static_cast<std::uint8_t>(cache_.frame(Opcode::binary, text, 15)[0]), 0xc2);
}

TEST_F(DeflateCacheTest, WhatDoesNotShrinkHasNoFrameAndIsTriedOnce) {
  std::mt19937 random(1);
  std::string noise(500, '\0');
  for (char &c : noise) c = static_cast<char>(random());
  EXPECT_TRUE(cache_.frame(Opcode::binary, noise, 15).empty());
  EXPECT_TRUE(cache_.frame(Opcode::binary, noise, 15).empty());
  EXPECT_EQ(cache_.compressed(), 1u);
  EXPECT_TRUE(cache_.frame(Opcode::binary, "", 15).empty());
}

TEST_F(DeflateCacheTest, TheOldestAreForgottenWhenThereIsNoRoom) {
  const std::string first = sample(3000);
  cache_.frame(Opcode::text, first, 15);
  cache_.frame(Opcode::text, first + "more", 15);
  cache_.frame(Opcode::text, first, 15);
  EXPECT_EQ(cache_.compressed(), 3u);
}

TEST_F(DeflateCacheTest, AMessageLargerThanAllThatIsKeptIsFoundAgainWhileItIsTheLast) {
  const std::string large = sample(100'000);
  cache_.frame(Opcode::text, large, 15);
  cache_.frame(Opcode::text, large, 15);
  EXPECT_EQ(cache_.compressed(), 1u);
}

TEST_F(DeflateCacheTest, WithoutMemoryForADeflaterMessagesAreLeftAsTheyAre) {
  MemoryBudget small(300 * 1024);
  {
    DeflateCache cache(small, 4096);
    EXPECT_FALSE(cache.frame(Opcode::text, sample(200), 15).empty());
    EXPECT_TRUE(cache.frame(Opcode::text, sample(200), 12).empty());
    EXPECT_GT(small.used(), 0u);
  }
  EXPECT_EQ(small.used(), 0u);
}

}  // namespace
}  // namespace slipring::web::websocket_test
