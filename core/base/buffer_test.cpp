#include "base/buffer.hpp"

#include <gtest/gtest.h>

#include <cstring>

namespace slipring {
namespace {

TEST(Buffer, LivesAsLongAsItsLastReference) {
  BufferRef copy;
  {
    BufferRef original = BufferRef::allocate(3);
    std::memcpy(original.fill(), "abc", 3);
    copy = original;
  }
  ASSERT_EQ(copy.size(), 3u);
  EXPECT_EQ(std::memcmp(copy.bytes().data(), "abc", 3), 0);
}

TEST(Buffer, AMovedFromReferenceIsEmpty) {
  BufferRef original = BufferRef::allocate(3);
  const BufferRef moved = std::move(original);
  EXPECT_EQ(original.size(), 0u);
  EXPECT_EQ(moved.size(), 3u);
}

}  // namespace
}  // namespace slipring
