#include "compression.hpp"

#include <gtest/gtest.h>

namespace slipring::web::websocket_test {
namespace {

WebSocketLimits with_memory(std::size_t bytes) {
  WebSocketLimits limits;
  limits.deflate_memory = bytes;
  return limits;
}

Deflation offered() {
  return {.enabled = true, .client_takes_over = true, .server_bits = 15, .client_bits = 15};
}

const std::size_t one = Inflater::memory(15);

TEST(Compression, AsksForNoContextWhenHalfOfTheMemoryIsPromised) {
  Compression compression(with_memory(4 * one));
  Deflation first = offered();
  Deflation second = offered();
  Deflation third = offered();
  ASSERT_TRUE(compression.grant(first) && compression.grant(second) && compression.grant(third));
  EXPECT_TRUE(first.client_takes_over && second.client_takes_over);
  EXPECT_FALSE(third.client_takes_over);
  compression.release(first);
  Deflation fourth = offered();
  ASSERT_TRUE(compression.grant(fourth));
  EXPECT_TRUE(fourth.client_takes_over);
}

TEST(Compression, IsNotGrantedWhenTheMemoryIsUsedUp) {
  Compression compression(with_memory(2 * one));
  Deflation first = offered();
  first.client_takes_over = false;
  ASSERT_TRUE(compression.grant(first));
  const auto a = compression.borrow(first);
  const auto b = compression.borrow(first);
  EXPECT_TRUE(a != nullptr && b != nullptr);
  EXPECT_EQ(compression.borrow(first), nullptr);
  Deflation second = offered();
  EXPECT_FALSE(compression.grant(second));
}

TEST(Compression, LendsTheSameInflaterForOneMessageAfterTheOther) {
  Compression compression(with_memory(2 * one));
  Deflation deflation = offered();
  deflation.client_takes_over = false;
  auto lent = compression.borrow(deflation);
  const Inflater *const first = lent.get();
  compression.give_back(std::move(lent), deflation);
  lent = compression.borrow(deflation);
  EXPECT_EQ(lent.get(), first);
  EXPECT_EQ(compression.memory_used(), one);
  auto other = compression.borrow(deflation);
  compression.give_back(std::move(lent), deflation);
  compression.give_back(std::move(other), deflation);
  EXPECT_EQ(compression.memory_used(), one) << "one is kept";
}

TEST(Compression, CountsAContextAsLargeAsItsWindow) {
  Compression compression(with_memory(16 << 20));
  Deflation small = offered();
  small.client_bits = 9;
  ASSERT_TRUE(compression.grant(small));
  EXPECT_EQ(compression.memory_used(), Inflater::memory(9));
  const auto own = compression.borrow(small);
  EXPECT_EQ(own->window_bits(), 9);
  EXPECT_EQ(compression.memory_used(), Inflater::memory(9));
  compression.release(small);
  EXPECT_EQ(compression.memory_used(), 0u);
}

}  // namespace
}  // namespace slipring::web::websocket_test
