#include "event/position.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace slipring::event {
namespace {

std::string print(std::string_view stream, uint64_t epoch, uint64_t sequence) {
  std::array<char, max_position_text_size> text;
  return {text.data(), print_position(stream, epoch, sequence, text)};
}

TEST(Position, IsPrintedAndReadBack) {
  EXPECT_EQ(print("default", 0x5f3a9c1e00000001, 1234), "default@5f3a9c1e00000001:1234");
  const std::string longest = std::string(32, 's');
  const std::string text = print(longest, UINT64_MAX, UINT64_MAX);
  EXPECT_EQ(text, longest + "@ffffffffffffffff:18446744073709551615");
  EXPECT_EQ(text.size(), max_position_text_size);
  const auto position = parse_position(text);
  ASSERT_TRUE(position) << position.status().message();
  EXPECT_EQ(position->name, longest);
  EXPECT_EQ(position->epoch, UINT64_MAX);
  EXPECT_EQ(position->sequence, UINT64_MAX);
  EXPECT_EQ(parse_position(print("a", 1, 0))->sequence, 0u);
}

TEST(Position, WhatIsNoneIsRefusedInWords) {
  const struct {
    const char *text;
    const char *found;
  } cases[] = {
      {"", "has no @"},
      {"default:1", "has no @"},
      {"@5f3a9c1e00000001:1", "does not begin with the name of a stream"},
      {"Default@5f3a9c1e00000001:1", "does not begin with the name of a stream"},
      {"default@", "has no epoch"},
      {"default@5f3a9c1e0000000:1", "has no epoch"},
      {"default@5F3A9C1E00000001:1", "has no epoch"},
      {"default@0x3a9c1e00000001:1", "has no epoch"},
      {"default@5f3a9c1e00000001", "has no : behind the epoch"},
      {"default@5f3a9c1e000000012:1", "has no : behind the epoch"},
      {"default@5f3a9c1e00000001:", "its sequence is no decimal number"},
      {"default@5f3a9c1e00000001:01", "its sequence is no decimal number"},
      {"default@5f3a9c1e00000001:+1", "its sequence is no decimal number"},
      {"default@5f3a9c1e00000001:-1", "its sequence is no decimal number"},
      {"default@5f3a9c1e00000001:1 ", "its sequence is no decimal number"},
      {"default@5f3a9c1e00000001:18446744073709551616", "its sequence is no decimal number"},
  };
  for (const auto &[text, found] : cases) {
    const auto position = parse_position(text);
    ASSERT_FALSE(position) << text;
    EXPECT_TRUE(position.status().message().starts_with(std::string("position: ") + found))
        << text << ": " << position.status().message();
    EXPECT_NE(position.status().message().find("accepted is"), std::string::npos);
  }
}

TEST(Position, NamesOfStreamsHaveAGrammar) {
  for (const char *name : {"a", "default", "orders-eu_2"}) EXPECT_TRUE(is_stream_name(name));
  for (const char *name : {"", "2a", "-a", "A", "a b", "a@", "\xc3\xa9"}) {
    EXPECT_FALSE(is_stream_name(name)) << name;
  }
  EXPECT_TRUE(is_stream_name(std::string(32, 'a')));
  EXPECT_FALSE(is_stream_name(std::string(33, 'a')));
}

}  // namespace
}  // namespace slipring::event
