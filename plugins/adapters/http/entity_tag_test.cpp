#include "http/entity_tag.hpp"

#include <gtest/gtest.h>

namespace slipring::http {
namespace {

TEST(EntityTag, DependsOnTheContentAlone) {
  EXPECT_EQ(entity_tag("a"), entity_tag("a"));
  EXPECT_NE(entity_tag("a"), entity_tag("b"));
  EXPECT_EQ(entity_tag("").front(), '"');
  EXPECT_EQ(entity_tag("").back(), '"');
}

TEST(EntityTag, IsFoundInWhatClientsKnow) {
  for (const char *known :
       {"\"x\"", "W/\"x\"", "*", "\"a\", \"x\"", "\"a\",W/\"x\"", "\"x\",\"b\""}) {
    EXPECT_TRUE(names_tag(known, "\"x\"", Comparison::weak)) << known;
  }
  for (const char *known : {"", "x", "\"y\"", "\"xx\"", "\"a\"x\""}) {
    EXPECT_FALSE(names_tag(known, "\"x\"", Comparison::weak)) << known;
  }
}

TEST(EntityTag, ThatIsWeakIsNotTheSame) {
  EXPECT_TRUE(names_tag("\"a\", \"x\"", "\"x\"", Comparison::strong));
  EXPECT_FALSE(names_tag("W/\"x\"", "\"x\"", Comparison::strong));
}

}  // namespace
}  // namespace slipring::http
