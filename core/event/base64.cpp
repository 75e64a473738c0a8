#include "event/base64.hpp"

#include <algorithm>
#include <array>

namespace slipring::event {
namespace {

constexpr std::string_view standard =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr uint8_t foreign = 64;

constexpr std::array<uint8_t, 256> inverse(std::string_view alphabet) {
  std::array<uint8_t, 256> values{};
  values.fill(foreign);
  for (size_t i = 0; i < alphabet.size(); ++i) {
    values[static_cast<unsigned char>(alphabet[i])] = static_cast<uint8_t>(i);
  }
  return values;
}

constexpr std::array<uint8_t, 256> standard_values = inverse(standard);
constexpr std::array<uint8_t, 256> url_values = inverse(url);

// Takes the padding off; nothing when it is not as it would be written.
std::optional<std::string_view> without_padding(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
  return text;
}

}  // namespace

size_t print_base64(std::span<const uint8_t> bytes, Base64 form, std::span<char> to) {
  const std::string_view alphabet = form == Base64::standard ? standard : url;
  char *out = to.data();
  for (size_t at = 0; at < bytes.size(); at += 3) {
    const size_t count = std::min<size_t>(3, bytes.size() - at);
    uint32_t group = 0;
    for (size_t i = 0; i < 3; ++i) group = group << 8 | (i < count ? bytes[at + i] : 0u);
    for (size_t i = 0; i <= count; ++i) *out++ = alphabet[group >> (18 - 6 * i) & 63];
    for (size_t i = count; form == Base64::standard && i < 3; ++i) *out++ = '=';
  }
  return static_cast<size_t>(out - to.data());
}

std::string print_base64(std::span<const uint8_t> bytes, Base64 form) {
  std::string text(base64_size(bytes.size(), form), '\0');
  print_base64(bytes, form, text);
  return text;
}

std::optional<std::vector<uint8_t>> parse_base64(std::string_view text, Base64 form) {
  const auto &values = form == Base64::standard ? standard_values : url_values;
  if (form == Base64::standard) {
    const auto bare = without_padding(text);
    if (!bare) return std::nullopt;
    text = *bare;
  }
  if (text.size() % 4 == 1) return std::nullopt;
  std::vector<uint8_t> bytes;
  bytes.reserve(text.size() * 3 / 4);
  uint32_t bits = 0;
  unsigned held = 0;
  for (const char c : text) {
    const uint8_t value = values[static_cast<unsigned char>(c)];
    if (value == foreign) return std::nullopt;
    bits = bits << 6 | value;
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes.push_back(static_cast<uint8_t>(bits >> held));
    }
  }
  if ((bits & ((1u << held) - 1)) != 0) return std::nullopt;
  return bytes;
}

}  // namespace slipring::event
