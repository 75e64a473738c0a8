// Strings, points in time and base64.

#include <gtest/gtest.h>

#include <limits>

#include "base64.hpp"
#include "json_scan.hpp"
#include "json_text.hpp"
#include "time_text.hpp"

namespace slipring::json_v1 {
namespace {

std::string meaning(std::string_view inner) {
  std::string arena;
  arena.reserve(inner.size());
  return std::string(unescaped(inner, arena));
}

std::string written_string(std::string_view text) {
  std::string to;
  append_string(to, text);
  return to;
}

TEST(JsonText, ReadsEscapes) {
  EXPECT_EQ(meaning("plain é"), "plain é");
  EXPECT_EQ(meaning("\\\"\\\\\\/\\b\\f\\n\\r\\t"), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(meaning("a\\u0041\\u00e9\\u20AC\\ud83d\\ude00z"), "aAé€😀z");
  EXPECT_EQ(meaning("\\u0000"), std::string(1, '\0'));
}

TEST(JsonText, ReturnsTextWithoutEscapesAsItStands) {
  constexpr std::string_view text = "game/42";
  std::string arena;
  EXPECT_EQ(unescaped(text, arena).data(), text.data());
}

TEST(JsonText, WritesWhatReadsBackAsTheSame) {
  std::string all;
  for (int i = 0; i < 0x80; ++i) all += static_cast<char>(i);
  all += "é€😀\xe2\x80\xa8 and the end";
  for (size_t from = 0; from <= all.size() && from < 0x80; ++from) {
    const std::string text = all.substr(from);
    const std::string written = written_string(text);
    EXPECT_TRUE(is_json(written)) << written;
    EXPECT_EQ(meaning(std::string_view(written).substr(1, written.size() - 2)), text);
  }
}

TEST(JsonText, EscapesNoMoreThanItMust) {
  EXPECT_EQ(written_string("a/b é\xe2\x80\xa8\x7f"), "\"a/b é\xe2\x80\xa8\x7f\"");
  EXPECT_EQ(written_string("\"\\\n\x01"), "\"\\\"\\\\\\n\\u0001\"");
  EXPECT_EQ(written_string(""), "\"\"");
}

TEST(JsonText, ShortensBetweenCharacters) {
  EXPECT_EQ(shortened(std::string(40, 'x')), std::string(40, 'x'));
  EXPECT_EQ(shortened(std::string(41, 'x')), std::string(40, 'x') + "…");
  EXPECT_EQ(shortened(std::string(39, 'x') + "éé"), std::string(39, 'x') + "…");
}

TEST(TimeText, ReadsRfc3339) {
  EXPECT_EQ(parse_time("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(parse_time("1970-01-01T00:00:00.000000001Z"), 1);
  EXPECT_EQ(parse_time("1970-01-01T01:00:00.5+01:00"), 500'000'000);
  EXPECT_EQ(parse_time("1969-12-31T23:59:59Z"), -1'000'000'000);
  EXPECT_EQ(parse_time("2026-11-21T09:30:00-00:30"), 1'795'255'200'000'000'000);
  EXPECT_EQ(parse_time("2024-02-29T12:00:00Z"), 1'709'208'000'000'000'000);
}

TEST(TimeText, RefusesEverythingElse) {
  for (const char *text :
       {"", "2026-11-21", "2026-11-21T09:30Z", "2026-11-21 09:30:00Z", "2026-11-21T09:30:00",
        "2026-11-21T09:30:00z", "2026-11-21T09:30:00.Z", "2026-11-21T09:30:00.1234567890Z",
        "2026-11-21T09:30:60Z", "2026-11-21T24:00:00Z", "2026-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-11-21T09:30:00+24:00",
        "2026-11-21T09:30:00+0100", "1677-01-01T00:00:00Z", "2262-01-01T00:00:00Z",
        "2026-11-21T09:30:00ZZ", "-026-11-21T09:30:00Z"})
    EXPECT_FALSE(parse_time(text)) << text;
}

TEST(TimeText, WritesUtcThatReadsBackAsTheSame) {
  TimeWriter writer;
  const auto written = [&](int64_t time) {
    std::string to;
    writer.append(to, time);
    return to;
  };
  EXPECT_EQ(written(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(written(1'795'255'200'000'000'001), "2026-11-21T10:00:00.000000001Z");
  EXPECT_EQ(written(-1), "1969-12-31T23:59:59.999999999Z");
  for (const int64_t time : {int64_t{-9'214'560'000'000'000'000}, int64_t{-1}, int64_t{999},
                             int64_t{9'214'646'399'999'999'999}})
    EXPECT_EQ(parse_time(written(time)), time);
  EXPECT_EQ(written(std::numeric_limits<int64_t>::min()).size(), 30u);
  EXPECT_EQ(written(std::numeric_limits<int64_t>::max()).size(), 30u);
}

TEST(Base64, WritesAndReadsTheVectorsOfRfc4648) {
  const std::pair<const char *, const char *> vectors[] = {{"", ""},
                                                           {"f", "Zg=="},
                                                           {"fo", "Zm8="},
                                                           {"foo", "Zm9v"},
                                                           {"foob", "Zm9vYg=="},
                                                           {"fooba", "Zm9vYmE="},
                                                           {"foobar", "Zm9vYmFy"}};
  for (const auto &[bytes, base64] : vectors) {
    std::string written;
    append_base64(written, bytes);
    EXPECT_EQ(written, base64);
    std::string read = "x";
    EXPECT_TRUE(append_decoded(read, base64));
    EXPECT_EQ(read, std::string("x") + bytes);
  }
}

TEST(Base64, RefusesEverythingElse) {
  for (const char *text : {"Z", "Zg", "Zg=", "Zg===", "=", "====", "Zh==", "Zm9=", "Z g=", "Zm-_",
                           "Zg==Zg==", "Z=g=", "é"}) {
    std::string to = "x";
    EXPECT_FALSE(append_decoded(to, text)) << text;
    EXPECT_EQ(to, "x");
  }
}

TEST(Base64, CarriesEveryByte) {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  std::string base64;
  append_base64(base64, all);
  std::string back;
  EXPECT_TRUE(append_decoded(back, base64));
  EXPECT_EQ(back, all);
}

}  // namespace
}  // namespace slipring::json_v1
