#include "validators.hpp"

#include <gtest/gtest.h>

namespace slipring::page {
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
    EXPECT_TRUE(names_tag(known, "\"x\"")) << known;
  }
  for (const char *known : {"", "x", "\"y\"", "\"xx\"", "\"a\"x\""}) {
    EXPECT_FALSE(names_tag(known, "\"x\"")) << known;
  }
}

}  // namespace
}  // namespace slipring::page
