#include "base/utf8.hpp"

#include <gtest/gtest.h>

#include <string>

namespace slipring {
namespace {

using namespace std::string_view_literals;

TEST(Utf8, TakesEveryLengthOfCharacter) {
  for (const auto text : {""sv, "a"sv, "game/42/move"sv, "\0"sv, "\x7f"sv, "\xc2\x80"sv,
                          "\xdf\xbf"sv, "\xe0\xa0\x80"sv, "\xed\x9f\xbf"sv, "\xee\x80\x80"sv,
                          "\xef\xbf\xbf"sv, "\xf0\x90\x80\x80"sv, "\xf4\x8f\xbf\xbf"sv}) {
    EXPECT_TRUE(is_utf8(text)) << testing::PrintToString(text);
  }
}

TEST(Utf8, RefusesWhatRfc3629Excludes) {
  const struct {
    const char *what;
    std::string_view text;
  } cases[] = {
      {"continuation alone", "\x80"sv},
      {"continuation alone", "\xbf"sv},
      {"overlong U+0000", "\xc0\x80"sv},
      {"overlong /", "\xc0\xaf"sv},
      {"overlong U+007F", "\xc1\xbf"sv},
      {"overlong in three bytes", "\xe0\x9f\xbf"sv},
      {"overlong in four bytes", "\xf0\x8f\xbf\xbf"sv},
      {"first surrogate", "\xed\xa0\x80"sv},
      {"last surrogate", "\xed\xbf\xbf"sv},
      {"above U+10FFFF", "\xf4\x90\x80\x80"sv},
      {"lead byte F5", "\xf5\x80\x80\x80"sv},
      {"lead byte FF", "\xff"sv},
      {"cut after one of two", "\xc3"sv},
      {"cut after two of three", "\xe2\x82"sv},
      {"cut after three of four", "\xf0\x9f\x98"sv},
      {"no continuation", "\xc3("sv},
      {"third byte no continuation", "\xe2\x82("sv},
      {"fourth byte no continuation", "\xf0\x9f\x98("sv},
  };
  for (const auto &[what, text] : cases) {
    // Also where the eight bytes of the fast path begin and end.
    for (size_t before = 0; before < 10; ++before) {
      for (const size_t behind : {0, 1, 9}) {
        const std::string padded =
            std::string(before, 'a') + std::string(text) + std::string(behind, 'b');
        EXPECT_FALSE(is_utf8(padded)) << what << " behind " << before;
      }
    }
  }
}

TEST(Utf8, ANullIsFoundWhereverItStands) {
  const std::string characters = "abcdefgh\xc3\xa9ijklmnopqrs\xf0\x9f\x98\x80t";
  EXPECT_TRUE(is_utf8_without_null(characters));
  for (size_t at = 0; at <= characters.size(); ++at) {
    std::string text = characters;
    text.insert(at, 1, '\0');
    EXPECT_FALSE(is_utf8_without_null(text)) << at;
  }
  EXPECT_FALSE(is_utf8_without_null("\0"sv));
  EXPECT_FALSE(is_utf8_without_null("a\xff"sv));
}

// Bytes of value 0x01 behind a 0x00 are where the trick with words can go wrong.
TEST(Utf8, ControlCharactersAreNoNull) {
  EXPECT_TRUE(is_utf8_without_null("\x01\x01\x01\x01\x01\x01\x01\x01\x7f\x01"sv));
}

}  // namespace
}  // namespace slipring
