#include "json_scan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace slipring::json_v1 {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

std::string error_of(std::string_view text) {
  JsonScanner scanner(text);
  return scanner.value() ? "none" : describe(text, scanner.error());
}

TEST(JsonScanner, TakesEveryFormOfJson) {
  for (const char *text : {"null",
                           "true",
                           "false",
                           "0",
                           "-0",
                           "12",
                           "1.0",
                           "1e5",
                           "1E+5",
                           "-0.5e-7",
                           "\"\"",
                           "\"a\\\"b\\\\c\\/\\b\\f\\n\\r\\t\"",
                           "\"\\u0000\\uD834\\uDD1E\"",
                           "[]",
                           "{}",
                           " [ 1 , 2 ] ",
                           "\t{ \"a\" : [ { } ] }\r\n",
                           "\"\x7f\"",
                           "\"é€😀\xe2\x80\xa8\"",
                           "123456789012345678901234567890",
                           "1e99999999999",
                           "{\"a\":1,\"a\":2}"})
    EXPECT_EQ(error_of(text), "none") << text;
}

TEST(JsonScanner, RefusesWhatIsNotAndSaysWhere) {
  const std::pair<const char *, const char *> cases[] = {
      {"", "malformed JSON at byte 0: found the end; accepted: a value"},
      {"nul", "malformed JSON at byte 0: found n; accepted: a value"},
      {"nullx", "malformed JSON at byte 4: found x; accepted: the end of the message"},
      {"'a'", "malformed JSON at byte 0: found '; accepted: a value"},
      {"01", "malformed JSON at byte 1: found 1; accepted: the end of the message"},
      {"-", "malformed JSON at byte 1: found the end; accepted: a digit"},
      {"+1", "malformed JSON at byte 0: found +; accepted: a value"},
      {"1.", "malformed JSON at byte 2: found the end; accepted: a digit"},
      {".5", "malformed JSON at byte 0: found .; accepted: a value"},
      {"1e", "malformed JSON at byte 2: found the end; accepted: a digit"},
      {"[1,]", "malformed JSON at byte 3: found ]; accepted: a value"},
      {"[1 2]", "malformed JSON at byte 3: found 2; accepted: \",\" or \"]\""},
      {"[1", "malformed JSON at byte 2: found the end; accepted: \",\" or \"]\""},
      {"{\"a\":1,}", "malformed JSON at byte 7: found }; accepted: a name in double quotes"},
      {"{a:1}", "malformed JSON at byte 1: found a; accepted: a name in double quotes"},
      {"{\"a\" 1}", "malformed JSON at byte 5: found 1; accepted: \":\""},
      {"{\"a\":}", "malformed JSON at byte 5: found }; accepted: a value"},
      {"{\"a\":1", "malformed JSON at byte 6: found the end; accepted: \",\" or \"}\""},
      {"\"a", "malformed JSON at byte 2: found the end; accepted: the rest of a string"},
      {"\"a\\", "malformed JSON at byte 3: found the end; accepted: the rest of a string"},
      {"\"\\x\"",
       "malformed JSON at byte 2: found x; accepted: one of \" \\ / b f n r t u behind \\"},
      {"\"\\u12g4\"", "malformed JSON at byte 5: found g; accepted: four hexadecimal digits"},
      {"\"\\u12", "malformed JSON at byte 5: found the end; accepted: four hexadecimal digits"},
      {"/**/1", "malformed JSON at byte 0: found /; accepted: a value"},
      {"NaN", "malformed JSON at byte 0: found N; accepted: a value"},
  };
  for (const auto &[text, error] : cases) EXPECT_EQ(error_of(text), error) << text;
}

TEST(JsonScanner, RefusesControlCharactersInStrings) {
  EXPECT_THAT(error_of("\"a\nb\""), ::testing::HasSubstr("at byte 2"));
  EXPECT_THAT(error_of(std::string_view("\"a\0b\"", 5)), ::testing::HasSubstr("at byte 2"));
}

TEST(JsonScanner, RefusesWhatIsNoUtf8) {
  for (const char *text :
       {"\"\xff\"", "\"\x80\"", "\"\xc0\x80\"", "\"\xc1\xbf\"", "\"\xe0\x80\x80\"",
        "\"\xed\xa0\x80\"", "\"\xf0\x80\x80\x80\"", "\"\xf4\x90\x80\x80\"", "\"\xf5\x80\x80\x80\"",
        "\"\xe2\x82\"", "\"\xe2\x82", "\xef\xbb\xbf{}"})
    EXPECT_FALSE(is_json(text)) << text;
  EXPECT_EQ(error_of("{\"\xff\":1}"),
            "malformed JSON at byte 2: found a byte that is no UTF-8; accepted: UTF-8");
}

TEST(JsonScanner, RefusesSurrogatesThatAreNoPair) {
  for (const char *text : {"\"\\ud800\"", "\"\\udc00\"", "\"\\ud800x\"", "\"\\ud800\\n\"",
                           "\"\\ud800\\ud800\"", "\"\\ud800\\u0041\"", "\"\\ud800\\"})
    EXPECT_FALSE(is_json(text)) << text;
}

TEST(JsonScanner, GoesThirtyTwoLevelsDeep) {
  EXPECT_TRUE(is_json(std::string(32, '[') + std::string(32, ']')));
  EXPECT_FALSE(is_json(std::string(33, '[') + std::string(33, ']')));
  EXPECT_FALSE(is_json(std::string(1 << 20, '[')));

  const auto object_with = [](int depth) {
    return "{\"a\":" + std::string(depth, '[') + std::string(depth, ']') + "}";
  };
  const auto ignore = [](std::string_view, std::string_view) {};
  EXPECT_TRUE(JsonScanner(object_with(31)).object(ignore));
  EXPECT_FALSE(JsonScanner(object_with(32)).object(ignore));
}

TEST(JsonScanner, GivesMembersAsTheyStand) {
  std::vector<std::pair<std::string, std::string>> members;
  JsonScanner scanner(R"( { "a" : 1.0 , "\u0062":{"c": [ 1e400 ]},"":"\n" } )");
  EXPECT_TRUE(scanner.object(
      [&](std::string_view name, std::string_view value) { members.emplace_back(name, value); }));
  EXPECT_THAT(members, ElementsAre(Pair("a", "1.0"), Pair("\\u0062", "{\"c\": [ 1e400 ]}"),
                                   Pair("", "\"\\n\"")));
}

TEST(JsonScanner, GivesElementsAsTheyStand) {
  std::vector<std::string> elements;
  JsonScanner scanner("[ \"a\" ,[],-0]\n");
  EXPECT_TRUE(scanner.array([&](std::string_view value) { elements.emplace_back(value); }));
  EXPECT_THAT(elements, ElementsAre("\"a\"", "[]", "-0"));
}

TEST(JsonScanner, TellsObjectsAndArraysFromOtherValues) {
  const auto ignore_member = [](std::string_view, std::string_view) {};
  const auto ignore = [](std::string_view) {};
  for (const char *text : {"[]", "1", "", "{} {}", "{}x"})
    EXPECT_FALSE(JsonScanner(text).object(ignore_member)) << text;
  for (const char *text : {"{}", "1", "", "[] []"})
    EXPECT_FALSE(JsonScanner(text).array(ignore)) << text;
  EXPECT_TRUE(JsonScanner(" {} ").object(ignore_member));
  EXPECT_TRUE(JsonScanner(" [] ").array(ignore));
}

}  // namespace
}  // namespace slipring::json_v1
