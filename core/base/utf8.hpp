// Whether bytes are UTF-8 (RFC 3629): no surrogates, nothing longer than needed, nothing above
// U+10FFFF. Text that is all ASCII, as most is, is looked at eight bytes at a time.
//
// Thread-safety: pure functions.
#pragma once

#include <string_view>

#include "base/words.hpp"

namespace slipring {

// Whether every byte is ASCII and none is 0. Inline: it answers for most text.
inline bool is_plain_ascii(std::string_view text) {
  return !any_word(text, [](uint64_t word) {
    // The subtraction sets the high bit of a byte that was 0, and others only beside one.
    return has_high_bit(word | (word - each_byte));
  });
}

bool is_utf8(std::string_view text);

// The same, and without U+0000: what MQTT, C and most databases take as text.
bool is_utf8_without_null(std::string_view text);

}  // namespace slipring
