#include "base64.hpp"

#include <array>
#include <cstdint>

namespace slipring::json_v1 {

namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<int16_t, 256> values = [] {
  std::array<int16_t, 256> all{};
  all.fill(-1);
  for (size_t i = 0; i < alphabet.size(); ++i)
    all[static_cast<unsigned char>(alphabet[i])] = static_cast<int16_t>(i);
  return all;
}();

// Three bytes at most, from the top of 24 bits.
uint32_t group(std::string_view bytes) noexcept {
  uint32_t bits = 0;
  for (size_t i = 0; i < 3; ++i)
    bits = bits << 8 | (i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0u);
  return bits;
}

}  // namespace

void append_base64(std::string &to, std::string_view bytes) {
  to.reserve(to.size() + (bytes.size() + 2) / 3 * 4);
  for (; !bytes.empty(); bytes.remove_prefix(bytes.size() < 3 ? bytes.size() : 3)) {
    const uint32_t bits = group(bytes);
    to += alphabet[bits >> 18];
    to += alphabet[bits >> 12 & 63];
    to += bytes.size() > 1 ? alphabet[bits >> 6 & 63] : '=';
    to += bytes.size() > 2 ? alphabet[bits & 63] : '=';
  }
}

bool append_decoded(std::string &to, std::string_view base64) {
  if (base64.size() % 4 != 0) return false;
  const size_t padding = base64.ends_with("==") ? 2 : base64.ends_with('=') ? 1 : 0;
  base64.remove_suffix(padding);
  const size_t before = to.size();
  uint32_t bits = 0;
  int have = 0;
  for (const char c : base64) {
    const int value = values[static_cast<unsigned char>(c)];
    if (value < 0) {
      to.resize(before);
      return false;
    }
    bits = bits << 6 | static_cast<uint32_t>(value);
    have += 6;
    if (have < 8) continue;
    have -= 8;
    to += static_cast<char>(bits >> have & 0xFF);
  }
  if ((bits & ((1u << have) - 1)) == 0) return true;
  to.resize(before);
  return false;
}

}  // namespace slipring::json_v1
