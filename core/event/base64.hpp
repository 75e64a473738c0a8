// Base64 (RFC 4648): the standard alphabet with padding, and the URL's without.
//
// Reading is strict: no white space, no other alphabet, padding exactly as it would be written, no
// bits beyond the last byte. So bytes have one text, and texts can be compared.
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace slipring::event {

enum class Base64 { standard, url };

constexpr size_t base64_size(size_t bytes, Base64 form) {
  return form == Base64::standard ? (bytes + 2) / 3 * 4 : (bytes * 4 + 2) / 3;
}

// Returns the number of characters written. REQUIRES: room for base64_size().
size_t print_base64(std::span<const uint8_t> bytes, Base64 form, std::span<char> to);
std::string print_base64(std::span<const uint8_t> bytes, Base64 form);

std::optional<std::vector<uint8_t>> parse_base64(std::string_view text, Base64 form);

}  // namespace slipring::event
