#include "http/media_type.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "http/field_list.hpp"

namespace slipring::http {
namespace {

TEST(MediaType, IsReadWhateverItsParameters) {
  EXPECT_EQ(parse_media_type(" Text/HTML ; Charset=\"UTF-8\";x=y")->name, "text/html");
  EXPECT_EQ(parse_media_type("text/html;charset=UTF-8")->charset, "utf-8");
  EXPECT_EQ(parse_media_type("a/b;x=\"c;charset=d\"")->charset, "");
  for (const char *text :
       {"", "text", "text/", "/html", "a/b/c", "a b/c", "a/b;c", "a/b;c=", "a/b; c=d e", "a/b,c/d"})
    EXPECT_FALSE(parse_media_type(text)) << text;
}

TEST(MediaType, OfJson) {
  EXPECT_TRUE(is_json_type("application/json"));
  EXPECT_TRUE(is_json_type("Application/GEO+json ; x=y"));
  EXPECT_FALSE(is_json_type("application/jsonx"));
  EXPECT_FALSE(is_json_type(""));
}

TEST(Accept, TheMostSpecificRangeCounts) {
  constexpr std::string_view json = "application/json";
  for (const char *taken : {"", "*/*", "application/*", "text/html, */*;q=0.1", "APPLICATION/JSON",
                            "application/json;q=0.001", "*/*;q=0, application/json"})
    EXPECT_TRUE(accepts(taken, json)) << taken;
  for (const char *refused : {"text/html", "application/json;q=0", "application/json; q=0.000, */*",
                              "application/*;q=0, */*", "nonsense", "text/*;x=\"application/json,"})
    EXPECT_FALSE(accepts(refused, json)) << refused;
}

bool accepts_stream(const std::vector<std::string_view> &values) {
  std::vector<slipring_field> fields;
  fields.reserve(values.size());
  for (const std::string_view value : values) {
    fields.push_back({sdk::bytes("accept"), sdk::bytes(value)});
  }
  return accepts(joined({fields.data(), fields.size()}, "accept").value_or(""),
                 "text/event-stream");
}

TEST(Accept, ThatSaysNothingTakesEverything) {
  EXPECT_TRUE(accepts_stream({}));
  EXPECT_TRUE(accepts_stream({""}));
  EXPECT_TRUE(accepts_stream({" , "}));
}

TEST(Accept, TakesTheTypeByItsNameAndByRanges) {
  EXPECT_TRUE(accepts_stream({"text/event-stream"}));
  EXPECT_TRUE(accepts_stream({"Text/Event-Stream;charset=utf-8"}));
  EXPECT_TRUE(accepts_stream({"application/json, text/*;q=0.1"}));
  EXPECT_TRUE(accepts_stream({"application/json", "*/*"}));
}

TEST(Accept, OfOtherTypesExcludesIt) {
  EXPECT_FALSE(accepts_stream({"application/json"}));
  EXPECT_FALSE(accepts_stream({"text/html, application/xml;q=0.9"}));
  EXPECT_FALSE(accepts_stream({"nonsense"}));
}

TEST(Accept, GoesByTheRangeThatFitsBest) {
  EXPECT_FALSE(accepts_stream({"*/*, text/event-stream;q=0"}));
  EXPECT_FALSE(accepts_stream({"text/event-stream; Q=0.000", "text/*"}));
  EXPECT_FALSE(accepts_stream({"*/*;q=1, text/*;q=0"}));
  EXPECT_TRUE(accepts_stream({"*/*;q=0, text/event-stream"}));
  EXPECT_TRUE(accepts_stream({"text/*;q=0, text/event-stream;q=0.001"}));
}

}  // namespace
}  // namespace slipring::http
