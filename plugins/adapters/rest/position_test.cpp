#include <gtest/gtest.h>

#include "condition.hpp"

namespace slipring::rest {
namespace {

TEST(Position, HasASequence) {
  EXPECT_EQ(sequence_of("default@5f3a9c1e00000001:7"), 7u);
  for (const char *text : {"", "default", "@5f3a9c1e00000001:7", "default@5f3a9c1e0000001:7",
                           "default@5f3a9c1e00000001:", "default@5f3a9c1e00000001:-7",
                           "default@5F3a9c1e00000001:7", "default@5f3a9c1e00000001:7x"})
    EXPECT_FALSE(sequence_of(text)) << text;
}

}  // namespace
}  // namespace slipring::rest
