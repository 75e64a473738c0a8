#include "base/utf8.hpp"

#include <cstdint>

namespace slipring {
namespace {

bool is_continuation(unsigned char byte) {
  return (byte & 0xc0) == 0x80;
}

// Length of the character of several bytes at `at`, 0 when it is none. The range of the second byte
// is what excludes overlong forms, surrogates and what lies above U+10FFFF (RFC 3629, section 4).
size_t sequence_length(const unsigned char *at, size_t left) {
  const unsigned char first = at[0];
  if (left < 2 || first < 0xc2) return 0;
  if (first < 0xe0) return is_continuation(at[1]) ? 2 : 0;
  if (first < 0xf0) {
    const unsigned char low = first == 0xe0 ? 0xa0 : 0x80;
    const unsigned char high = first == 0xed ? 0x9f : 0xbf;
    return left >= 3 && at[1] >= low && at[1] <= high && is_continuation(at[2]) ? 3 : 0;
  }
  if (first > 0xf4 || left < 4) return 0;
  const unsigned char low = first == 0xf0 ? 0x90 : 0x80;
  const unsigned char high = first == 0xf4 ? 0x8f : 0xbf;
  return at[1] >= low && at[1] <= high && is_continuation(at[2]) && is_continuation(at[3]) ? 4 : 0;
}

bool check_characters(std::string_view text) {
  const auto *at = reinterpret_cast<const unsigned char *>(text.data());
  size_t left = text.size();
  while (left > 0) {
    if (left >= 8 && !has_high_bit(load<uint64_t>(reinterpret_cast<const char *>(at)))) {
      at += 8;
      left -= 8;
      continue;
    }
    const size_t length = *at < 0x80 ? 1 : sequence_length(at, left);
    if (length == 0) return false;
    at += length;
    left -= length;
  }
  return true;
}

}  // namespace

bool is_utf8(std::string_view text) {
  return is_plain_ascii(text) || check_characters(text);
}

bool is_utf8_without_null(std::string_view text) {
  return is_plain_ascii(text) ||
         (text.find('\0') == std::string_view::npos && check_characters(text));
}

}  // namespace slipring
