#include "event/base64.hpp"

#include <gtest/gtest.h>

namespace slipring::event {
namespace {

std::vector<uint8_t> bytes_of(std::string_view text) {
  return {text.begin(), text.end()};
}

// RFC 4648, section 10.
TEST(Base64, IsThatOfTheRfc) {
  const struct {
    const char *bytes;
    const char *text;
  } cases[] = {{"", ""},
               {"f", "Zg=="},
               {"fo", "Zm8="},
               {"foo", "Zm9v"},
               {"foob", "Zm9vYg=="},
               {"fooba", "Zm9vYmE="},
               {"foobar", "Zm9vYmFy"}};
  for (const auto &[bytes, text] : cases) {
    EXPECT_EQ(print_base64(bytes_of(bytes), Base64::standard), text);
    EXPECT_EQ(parse_base64(text, Base64::standard), bytes_of(bytes)) << text;
  }
}

TEST(Base64, TheUrlsFormHasItsOwnAlphabetAndNoPadding) {
  const std::vector<uint8_t> bytes = {0xfb, 0xff, 0xfe, 0xff};
  EXPECT_EQ(print_base64(bytes, Base64::standard), "+//+/w==");
  EXPECT_EQ(print_base64(bytes, Base64::url), "-__-_w");
  EXPECT_EQ(parse_base64("-__-_w", Base64::url), bytes);
}

TEST(Base64, EveryByteComesBack) {
  std::vector<uint8_t> bytes;
  for (int i = 0; i < 300; ++i) {
    bytes.push_back(static_cast<uint8_t>(i * 7));
    for (const Base64 form : {Base64::standard, Base64::url}) {
      const std::string text = print_base64(bytes, form);
      EXPECT_EQ(text.size(), base64_size(bytes.size(), form));
      EXPECT_EQ(parse_base64(text, form), bytes);
    }
  }
}

TEST(Base64, OnlyWhatWouldBeWrittenIsRead) {
  for (const char *text : {"Z", "Zg", "Zg=", "Zg===", "Z===", "====", "=Zg=", "Zg==Zg==", "Zh==",
                           "Zm9=", "Zm9v\n", " Zm9v", "Zm-v", "Zm9v===="}) {
    EXPECT_FALSE(parse_base64(text, Base64::standard)) << text;
  }
  for (const char *text : {"Z", "Zg==", "Zh", "Zm9vZ", "Zm+v", "Zm/v", "Zm9v="}) {
    EXPECT_FALSE(parse_base64(text, Base64::url)) << text;
  }
}

}  // namespace
}  // namespace slipring::event
