#include <gtest/gtest.h>

#include "condition.hpp"
#include "media_type.hpp"
#include "url.hpp"

namespace slipring::rest {
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

TEST(Position, HasASequence) {
  EXPECT_EQ(sequence_of("default@5f3a9c1e00000001:7"), 7u);
  for (const char *text : {"", "default", "@5f3a9c1e00000001:7", "default@5f3a9c1e0000001:7",
                           "default@5f3a9c1e00000001:", "default@5f3a9c1e00000001:-7",
                           "default@5F3a9c1e00000001:7", "default@5f3a9c1e00000001:7x"})
    EXPECT_FALSE(sequence_of(text)) << text;
}

TEST(Url, PathsComeBack) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  std::string path;
  append_path(path, all);
  std::string back;
  ASSERT_TRUE(append_decoded(back, path));
  EXPECT_EQ(back, all);
  EXPECT_EQ(path.find_first_of(" ?#\"<>"), std::string::npos);
}

}  // namespace
}  // namespace slipring::rest
