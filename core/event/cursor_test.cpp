#include "event/cursor.hpp"

#include <gtest/gtest.h>

#include <array>
#include <boost/crc.hpp>

namespace slipring::event {
namespace {

std::string print(std::span<const ParsedPosition> positions) {
  std::array<char, max_cursor_text_size> text;
  return {text.data(), print_cursor(positions, text)};
}

// A cursor of these bytes, with the checksum that fits them.
std::string with_checksum(std::vector<uint8_t> bytes) {
  boost::crc_32_type sum;
  sum.process_bytes(bytes.data(), bytes.size());
  for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<uint8_t>(sum.checksum() >> (8 * i)));
  return print_base64(bytes, Base64::url);
}

void add(std::vector<uint8_t> &bytes, std::string_view name) {
  bytes.push_back(static_cast<uint8_t>(name.size()));
  bytes.insert(bytes.end(), name.begin(), name.end());
  bytes.insert(bytes.end(), 16, uint8_t{1});
}

std::string refusal(std::string_view text) {
  const auto cursor = parse_cursor(text);
  if (cursor) return "accepted";
  EXPECT_EQ(cursor.status().code(), SLIPRING_INVALID_ARGUMENT);
  return cursor.status().message();
}

std::string damaged(const std::string &how) {
  return "cursor: is damaged, " + how + "; accepted is one from this host, unchanged";
}

TEST(Cursor, ComesBackAsItWasPrinted) {
  const std::array positions = {ParsedPosition{"default", 0x5f3a9c1e00000001, 1234},
                                ParsedPosition{"orders", 7, UINT64_MAX}};
  const auto cursor = parse_cursor(print(positions));
  ASSERT_TRUE(cursor) << cursor.status().message();
  const std::vector<CursorPosition> expected = {{"default", 0x5f3a9c1e00000001, 1234},
                                                {"orders", 7, UINT64_MAX}};
  EXPECT_EQ(*cursor, expected);
}

// Clients keep cursors for longer than a host runs: the bytes are a promise.
TEST(Cursor, HasAFormThatStays) {
  const std::array positions = {ParsedPosition{"default", 0x5f3a9c1e00000001, 1234}};
  EXPECT_EQ(print(positions), "AQdkZWZhdWx0AQAAAB6cOl_SBAAAAAAAABOMy_w");
}

TEST(Cursor, EightPositionsWithTheLongestNamesFit) {
  std::vector<std::string> names;
  std::vector<ParsedPosition> positions;
  for (char c = 'a'; c < 'i'; ++c) names.emplace_back(max_stream_name_size, c);
  for (const std::string &name : names) positions.push_back({name, UINT64_MAX, UINT64_MAX});
  const std::string text = print(positions);
  EXPECT_EQ(text.size(), max_cursor_text_size);
  EXPECT_EQ(refusal(text), "accepted");
}

TEST(Cursor, AnyChangedCharacterIsFound) {
  const std::array positions = {ParsedPosition{"default", 0x5f3a9c1e00000001, 1234}};
  const std::string text = print(positions);
  for (size_t at = 0; at < text.size(); ++at) {
    for (const char c : {'A', 'z', '0', '-', '_', '+', '=', ' ', '\0'}) {
      std::string changed = text;
      changed[at] = c;
      if (changed == text) continue;
      EXPECT_NE(refusal(changed), "accepted") << changed;
    }
    EXPECT_NE(refusal(text.substr(0, at)), "accepted");
  }
  EXPECT_NE(refusal(text + "A"), "accepted");
}

TEST(Cursor, WhatIsWrongIsTold) {
  EXPECT_EQ(refusal(""), damaged("it is too short"));
  EXPECT_EQ(refusal("AAAA"), damaged("it is too short"));
  EXPECT_EQ(refusal("no cursor"), damaged("it is not base64url without padding"));
  EXPECT_EQ(refusal("AQEBAQEBAQEB"), damaged("its checksum does not match"));
  EXPECT_EQ(refusal(std::string(531, 'A')), "cursor: has 531 characters, accepted are up to 530");

  std::vector<uint8_t> bytes = {2};
  EXPECT_EQ(refusal(with_checksum(bytes)), "cursor: has version 2, accepted is version 1");
  bytes = {1};
  EXPECT_EQ(refusal(with_checksum(bytes)), damaged("it has no position"));
  add(bytes, "a");
  EXPECT_EQ(refusal(with_checksum(bytes)), "accepted");
  add(bytes, "a");
  EXPECT_EQ(refusal(with_checksum(bytes)), damaged("it names stream a twice"));
  bytes = {1};
  add(bytes, "No Name");
  EXPECT_EQ(refusal(with_checksum(bytes)), damaged("what it holds is no position"));
  bytes.resize(bytes.size() - 1);
  EXPECT_EQ(refusal(with_checksum(bytes)), damaged("what it holds is no position"));
  bytes = {1};
  for (char c = 'a'; c < 'j'; ++c) add(bytes, std::string(1, c));
  EXPECT_EQ(refusal(with_checksum(bytes)), damaged("it has more than 8 positions"));
}

}  // namespace
}  // namespace slipring::event
