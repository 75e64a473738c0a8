// Eight bytes of a text at a time, for checks that ask the same of every byte.
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace slipring {

constexpr uint64_t each_byte = 0x0101010101010101;

// Whether a byte is above 0x7f.
constexpr bool has_high_bit(uint64_t word) {
  return (word & (each_byte << 7)) != 0;
}

// Whether a byte is `byte`. A borrow can come only out of a byte that is, so the answer is exact.
constexpr bool has_byte(uint64_t word, char byte) {
  const uint64_t difference = word ^ (each_byte * static_cast<unsigned char>(byte));
  return ((difference - each_byte) & ~difference & (each_byte << 7)) != 0;
}

template <class Word>
Word load(const char *from) {
  Word word;
  std::memcpy(&word, from, sizeof word);
  return word;
}

// Whether `predicate(word)` is true of any word. Together the words have every byte of `text`, and
// no other; those at the end overlap, so no byte is loaded alone.
template <class Predicate>
bool any_word(std::string_view text, Predicate predicate) {
  const char *at = text.data();
  size_t left = text.size();
  if (left >= 8) {
    for (; left > 8; at += 8, left -= 8) {
      if (predicate(load<uint64_t>(at))) return true;
    }
    return predicate(load<uint64_t>(at + left - 8));
  }
  if (left >= 4) {
    const uint64_t front = load<uint32_t>(at);
    const uint64_t back = load<uint32_t>(at + left - 4);
    return predicate(front | back << 32);
  }
  if (left == 0) return false;
  const uint64_t first = static_cast<unsigned char>(at[0]);
  const uint64_t middle = static_cast<unsigned char>(at[left / 2]);
  const uint64_t last = static_cast<unsigned char>(at[left - 1]);
  return predicate((first | middle << 8 | last << 16 | last << 24) * 0x100000001);
}

}  // namespace slipring
