#include "http_syntax.hpp"

#include <gtest/gtest.h>

#include <string>

namespace slipring::websocket::http {
namespace {

TEST(HttpSyntax, AContentLengthIsDigitsAndNothingElse) {
  EXPECT_EQ(content_length("0"), 0U);
  EXPECT_EQ(content_length("0042"), 42U);
  EXPECT_EQ(content_length("999999999999999999"), 999999999999999999U);
  for (const char *text : {"", "+1", "-1", "0x1", "1,1", "1 ", " 1", "1.0", "1000000000000000000",
                           "18446744073709551617", "\xd9\xa1"}) {
    EXPECT_FALSE(content_length(text)) << text;
  }
}

TEST(HttpSyntax, AHexadecimalDigitHasAValue) {
  EXPECT_EQ(hex_value('0'), 0);
  EXPECT_EQ(hex_value('a'), 10);
  EXPECT_EQ(hex_value('F'), 15);
  for (const char c : {'g', 'G', ' ', 'x', '/', ':', '@', '`'}) EXPECT_EQ(hex_value(c), -1) << c;
}

TEST(HttpSyntax, AnAbsoluteFormIsOfHttp) {
  const auto whole = split_absolute_form("HTTP://a:80/b?c");
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->authority, "a:80");
  EXPECT_EQ(whole->rest, "/b?c");
  EXPECT_EQ(split_absolute_form("https://a")->rest, "");
  EXPECT_EQ(split_absolute_form("http://a?b")->authority, "a");
  for (const char *text : {"/a", "a:80", "ftp://a/", "://a", "http:/a", "http:a"}) {
    EXPECT_FALSE(split_absolute_form(text)) << text;
  }
}

TEST(HttpSyntax, WhatFramesIsNoTrailer) {
  for (const char *name : {"content-length", "transfer-encoding", "host", "te", "trailer"}) {
    EXPECT_TRUE(is_framing_field(name)) << name;
    EXPECT_TRUE(is_forbidden_trailer(name)) << name;
  }
  EXPECT_TRUE(is_forbidden_trailer("authorization"));
  EXPECT_FALSE(is_framing_field("authorization"));
  EXPECT_FALSE(is_forbidden_trailer("digest"));
}

}  // namespace
}  // namespace slipring::websocket::http
