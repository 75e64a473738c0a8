#include "utf8.hpp"

#include <gtest/gtest.h>

#include <string>

namespace slipring::websocket {
namespace {

bool valid(std::string_view text) {
  Utf8 utf8;
  return utf8.feed(text) && utf8.complete();
}

TEST(Utf8, TakesEveryLengthOfCharacter) {
  EXPECT_TRUE(valid(""));
  EXPECT_TRUE(valid("plain ASCII, longer than a word, with \x7f"));
  EXPECT_TRUE(valid("\xc2\x80 \xdf\xbf \xe0\xa0\x80 \xed\x9f\xbf \xee\x80\x80 \xef\xbf\xbf"));
  EXPECT_TRUE(valid("\xf0\x90\x80\x80 \xf4\x8f\xbf\xbf"));
  EXPECT_TRUE(valid(std::string_view("\0", 1)));
}

TEST(Utf8, RefusesWhatIsNoCharacter) {
  EXPECT_FALSE(valid("\x80"));
  EXPECT_FALSE(valid("\xc0\xaf"));          // overlong
  EXPECT_FALSE(valid("\xc1\xbf"));          // overlong
  EXPECT_FALSE(valid("\xe0\x9f\xbf"));      // overlong
  EXPECT_FALSE(valid("\xf0\x8f\xbf\xbf"));  // overlong
  EXPECT_FALSE(valid("\xed\xa0\x80"));      // surrogate
  EXPECT_FALSE(valid("\xf4\x90\x80\x80"));  // above U+10FFFF
  EXPECT_FALSE(valid("\xf5\x80\x80\x80"));
  EXPECT_FALSE(valid("\xff"));
  EXPECT_FALSE(valid("\xc3("));
}

TEST(Utf8, GivesTheSameAnswerWhereverTheTextIsCut) {
  const std::string good = "abcdefgh \xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80 abcdefghijk";
  for (std::size_t cut = 0; cut <= good.size(); ++cut) {
    Utf8 utf8;
    EXPECT_TRUE(utf8.feed(good.substr(0, cut)) && utf8.feed(good.substr(cut))) << cut;
    EXPECT_TRUE(utf8.complete()) << cut;
  }
}

TEST(Utf8, NoticesTheFirstWrongByteWhenItComes) {
  Utf8 utf8;
  EXPECT_TRUE(utf8.feed("\xf4"));
  EXPECT_FALSE(utf8.feed("\x90"));
}

TEST(Utf8, IsNotCompleteInTheMiddleOfACharacter) {
  EXPECT_FALSE(valid("a\xe2\x82"));
}

}  // namespace
}  // namespace slipring::websocket
