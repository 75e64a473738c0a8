#include "session/outbound_queue.hpp"

#include <gtest/gtest.h>

namespace slipring::session {
namespace {

OutboundQueue::Entry entry(size_t size) {
  OutboundQueue::Entry entry;
  entry.framed = BufferRef::allocate(size);
  entry.header_size = 2;
  return entry;
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

TEST(OutboundQueue, ADroppedEntryLeavesItsPlaceSoThatNumbersStay) {
  OutboundQueue queue;
  for (size_t size = 1; size <= 4; ++size) queue.push(entry(size));
  queue.drop(1);
  EXPECT_EQ(queue.size(), 3u);
  EXPECT_EQ(queue.places(), 4u);
  EXPECT_EQ(queue.bytes(), 1u + 3 + 4);
  EXPECT_EQ(queue.at(2).framed.size(), 3u);
  queue.pop(2);
  EXPECT_EQ(queue.first_number(), 2u);
  EXPECT_EQ(queue.size(), 2u);
}

TEST(OutboundQueue, AGapCountsForNothingUntilItIsAnnounced) {
  OutboundQueue queue;
  queue.push(entry(5));
  queue.drop_for_gap(0, 7, 1);
  EXPECT_EQ(queue.size(), 0u);
  EXPECT_EQ(queue.bytes(), 0u);
  EXPECT_FALSE(queue.empty());
  EXPECT_EQ(queue.at(0).content, OutboundQueue::Content::gap);
  queue.announce(0, {BufferRef::allocate(9), 2}, SLIPRING_MESSAGE_TEXT);
  EXPECT_EQ(queue.bytes(), 9u);
  queue.pop(1);
  EXPECT_TRUE(queue.empty());
}

TEST(OutboundQueue, WhatIsTakenOfAPieceIsNotQueuedAnyMore) {
  OutboundQueue queue;
  queue.push(entry(10));
  queue.push(entry(5));
  queue.take_of_first(4);
  queue.take_of_first(3);
  EXPECT_EQ(queue.bytes(), 8u);
  EXPECT_EQ(queue.at(0).size(), 3u);
  EXPECT_EQ(queue.size(), 2u);
  queue.pop(1);
  EXPECT_EQ(queue.bytes(), 5u);
}

TEST(OutboundQueue, WhatIsLeftOfAPieceMayTakeItsPlace) {
  OutboundQueue queue;
  OutboundQueue::Entry with_holes = entry(10);
  with_holes.holes = BufferRef::allocate(4);
  with_holes.drop = 1;
  queue.push(std::move(with_holes));
  queue.replace_first(BufferRef::allocate(6));
  EXPECT_EQ(queue.bytes(), 6u);
  EXPECT_EQ(queue.at(0).drop, 0);
  queue.pop(1);
  EXPECT_EQ(queue.bytes(), 0u);
}

TEST(OutboundQueue, AHeadIsNoMessage) {
  OutboundQueue queue;
  OutboundQueue::Entry head = entry(10);
  head.content = OutboundQueue::Content::head;
  queue.push(std::move(head));
  EXPECT_EQ(queue.size(), 0u);
  EXPECT_FALSE(queue.empty());
  EXPECT_EQ(queue.bytes(), 10u);
}

TEST(OutboundQueue, CompactingForgetsEmptyPlacesOnly) {
  OutboundQueue queue;
  for (size_t size = 1; size <= 6; ++size) queue.push(entry(size));
  queue.pop(1);
  queue.drop(0);
  queue.drop(3);
  queue.compact();
  ASSERT_EQ(queue.places(), 3u);
  EXPECT_EQ(queue.at(0).framed.size(), 3u);
  EXPECT_EQ(queue.at(1).framed.size(), 4u);
  EXPECT_EQ(queue.at(2).framed.size(), 6u);
  EXPECT_EQ(queue.bytes(), 13u);
}

}  // namespace
}  // namespace slipring::session
