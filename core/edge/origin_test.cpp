#include "edge/origin.hpp"

#include <gtest/gtest.h>

namespace slipring::edge {
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

}  // namespace
}  // namespace slipring::edge
