#include "inflater.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace slipring::web::websocket_test {
namespace {

struct Answer {
  std::string text;
  bool bad = false;
};

Answer inflated(Inflater &inflater, std::string_view bytes, std::size_t room = 3) {
  Answer answer;
  std::span<const char> rest(bytes);
  std::string out(room, '\0');
  while (true) {
    const auto step = inflater.step(rest, out);
    answer.text.append(out, 0, step.written);
    answer.bad |= step.bad;
    if (step.bad || (rest.empty() && step.written < room)) return answer;
  }
}

constexpr std::string_view tail("\0\0\xff\xff", 4);

std::string message(std::string_view payload) {
  return std::string(payload).append(tail);
}

// The examples of RFC 7692 §7.2.3.
TEST(Inflater, ReadsTheExamplesOfTheRfc) {
  const std::string one_block("\xf2\x48\xcd\xc9\xc9\x07\x00", 7);
  const std::string no_compression("\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00", 11);
  const std::string final_block("\xf3\x48\xcd\xc9\xc9\x07\x00\x00", 8);
  const std::string two_blocks("\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00", 13);
  for (const std::string &payload : {one_block, no_compression, final_block, two_blocks}) {
    const auto inflater = Inflater::make(15);
    EXPECT_EQ(inflated(*inflater, message(payload)).text, "Hello");
    EXPECT_TRUE(inflater->between_blocks());
  }
}

TEST(Inflater, KeepsTheContextAlsoAcrossAFinalBlock) {
  const auto inflater = Inflater::make(9);
  EXPECT_EQ(inflated(*inflater, message(std::string("\xf3\x48\xcd\xc9\xc9\x07\x00\x00", 8))).text,
            "Hello");
  // §7.2.3.2: the second Hello refers to the first.
  EXPECT_EQ(inflated(*inflater, message(std::string("\xf2\x00\x11\x00\x00", 5))).text, "Hello");
}

TEST(Inflater, ForgetsTheContextWhenReset) {
  const auto inflater = Inflater::make(15);
  inflated(*inflater, message(std::string("\xf2\x48\xcd\xc9\xc9\x07\x00", 7)));
  inflater->reset();
  EXPECT_TRUE(inflated(*inflater, message(std::string("\xf2\x00\x11\x00\x00", 5))).bad);
}

TEST(Inflater, NoticesWhatIsNoDeflate) {
  const auto inflater = Inflater::make(15);
  EXPECT_TRUE(inflated(*inflater, "\xff\xff\xff\xff").bad);
}

TEST(Inflater, IsBetweenBlocksWhereAMessageFillsTheRoom) {
  const auto inflater = Inflater::make(15);
  const std::string hello = message(std::string("\xf2\x48\xcd\xc9\xc9\x07\x00", 7));
  EXPECT_EQ(inflated(*inflater, hello, 5).text, "Hello");
  EXPECT_TRUE(inflater->between_blocks());
}

TEST(Inflater, NoticesAMessageThatIsCutOff) {
  for (const std::size_t size : {0, 1, 3, 5}) {
    const auto inflater = Inflater::make(15);
    const std::string cut = std::string("\xf2\x48\xcd\xc9\xc9\x07\x00", 7).substr(0, size);
    EXPECT_TRUE(inflated(*inflater, message(cut)).bad || !inflater->between_blocks()) << size;
  }
}

}  // namespace
}  // namespace slipring::web::websocket_test
