#include "access/origin.hpp"

#include <gtest/gtest.h>

namespace slipring::access {
namespace {

TEST(Origin, AClientThatIsNoBrowserPasses) {
  EXPECT_TRUE(origin_allowed("", "example.org", {}));
}

TEST(Origin, TheSameOriginPassesWithoutBeingListed) {
  EXPECT_TRUE(origin_allowed("http://localhost:8080", "localhost:8080", {}));
  EXPECT_TRUE(origin_allowed("https://Example.org", "example.org:443", {}));
  EXPECT_TRUE(origin_allowed("http://example.org", "example.org:80", {}));
}

TEST(Origin, AnotherPagePassesOnlyWhenListed) {
  EXPECT_FALSE(origin_allowed("https://evil.example", "example.org", {}));
  EXPECT_FALSE(origin_allowed("https://example.org.evil.example", "example.org", {}));
  EXPECT_FALSE(origin_allowed("http://localhost:3000", "localhost:8080", {}));
  EXPECT_FALSE(origin_allowed("null", "example.org", {"https://example.org"}));
  EXPECT_TRUE(origin_allowed("https://app.example", "example.org", {"https://app.example"}));
  EXPECT_TRUE(origin_allowed("https://any.example", "example.org", {"*"}));
}

TEST(Origin, AStarListsNobodyByName) {
  EXPECT_FALSE(is_listed("https://app.example", {"*"}));
  EXPECT_TRUE(is_listed("https://App.example", {"*", "https://app.example"}));
}

TEST(Origin, APageInTheClearIsNoPageOfAHostBehindTls) {
  EXPECT_FALSE(is_own("http://example.org", "https", "example.org"));
  EXPECT_TRUE(is_own("https://example.org", "https", "example.org"));
  EXPECT_TRUE(is_own("https://example.org", "http", "example.org"));
  EXPECT_TRUE(is_own("http://example.org", "http", "example.org"));
  EXPECT_FALSE(is_own("https://example.org:8443", "https", "example.org"));
  EXPECT_FALSE(is_own("null", "http", "example.org"));
}

}  // namespace
}  // namespace slipring::access
