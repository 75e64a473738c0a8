// Steps over what stands for itself in a JSON string, eight bytes at a time.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace slipring::json_v1 {

// Neither a quote, a backslash nor a control character, and a character by itself.
inline bool is_plain(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

// The top bits of those bytes of `word` that are not plain. The lowest one is right; above it
// borrows may mark others.
constexpr uint64_t special_bytes(uint64_t word) noexcept {
  constexpr uint64_t ones = 0x0101010101010101u;
  const uint64_t quote = word ^ (ones * '"');
  const uint64_t backslash = word ^ (ones * '\\');
  return ((word - ones * 0x20) | (quote - ones) | (backslash - ones) | word) & (ones << 7);
}

// The first of `at` to `end` that is not plain, or `end`.
inline const char *plain_end(const char *at, const char *end) noexcept {
  static_assert(std::endian::native == std::endian::little);
  while (end - at >= 8) {
    uint64_t word;
    std::memcpy(&word, at, sizeof word);
    const uint64_t special = special_bytes(word);
    if (special != 0) return at + std::countr_zero(special) / 8;
    at += 8;
  }
  while (at != end && is_plain(*at)) ++at;
  return at;
}

}  // namespace slipring::json_v1
