// UTF-8, one character at a time (Unicode 15, table 3-7: no surrogates, no overlong forms).
#pragma once

#include <cstddef>

namespace slipring::json_v1 {

// The length of the character that begins at `at`, 1 to 4; 0: it is none.
// REQUIRES: at < end.
inline size_t utf8_sequence(const char *at, const char *end) noexcept {
  const auto byte = [&](ptrdiff_t i) -> unsigned {
    return at + i < end ? static_cast<unsigned char>(at[i]) : 0u;
  };
  const auto follows = [&](ptrdiff_t i, unsigned low = 0x80, unsigned high = 0xBF) {
    return byte(i) >= low && byte(i) <= high;
  };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead < 0xC2) return 0;
  if (lead < 0xE0) return follows(1) ? 2 : 0;
  if (lead < 0xF0) {
    const unsigned low = lead == 0xE0 ? 0xA0 : 0x80;
    const unsigned high = lead == 0xED ? 0x9F : 0xBF;
    return follows(1, low, high) && follows(2) ? 3 : 0;
  }
  if (lead > 0xF4) return 0;
  const unsigned low = lead == 0xF0 ? 0x90 : 0x80;
  const unsigned high = lead == 0xF4 ? 0x8F : 0xBF;
  return follows(1, low, high) && follows(2) && follows(3) ? 4 : 0;
}

}  // namespace slipring::json_v1
