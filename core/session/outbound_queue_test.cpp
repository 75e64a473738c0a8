#include "session/outbound_queue.hpp"

#include <gtest/gtest.h>

namespace slipring::session {
namespace {

OutboundQueue::Entry entry(size_t size) {
  return {BufferRef::allocate(size), SLIPRING_MESSAGE_TEXT, 2};
}

TEST(OutboundQueue, KeepsOrderAndCountAcrossPartialPops) {
  OutboundQueue queue;
  for (size_t size = 1; size <= 10; ++size) queue.push(entry(size));
  EXPECT_EQ(queue.bytes(), 55u);
  queue.pop(7);
  queue.push(entry(11));
  ASSERT_EQ(queue.size(), 4u);
  EXPECT_EQ(queue.bytes(), 8u + 9 + 10 + 11);
  for (size_t i = 0; i < 4; ++i) EXPECT_EQ(queue.at(i).framed.size(), 8 + i);
  queue.pop(4);
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.bytes(), 0u);
}

}  // namespace
}  // namespace slipring::session
