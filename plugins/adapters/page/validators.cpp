#include "validators.hpp"

#include <array>
#include <charconv>
#include <cstdint>

namespace slipring::page {

std::string entity_tag(std::string_view content) {
  uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
  for (const char c : content) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  std::array<char, 16> digits;
  const char *const end = std::to_chars(digits.begin(), digits.end(), hash, 16).ptr;
  return '"' + std::string(digits.data(), static_cast<size_t>(end - digits.data())) + '"';
}

bool names_tag(std::string_view if_none_match, std::string_view tag) {
  if (if_none_match == "*") return true;
  // Each tag is in quotes, and ours has no comma in it.
  size_t at = if_none_match.find(tag);
  while (at != std::string_view::npos) {
    const std::string_view before = if_none_match.substr(0, at);
    const bool begins = before.empty() || before.back() == ' ' || before.back() == '\t' ||
                        before.back() == ',' || before.ends_with("W/");
    if (begins) return true;
    at = if_none_match.find(tag, at + 1);
  }
  return false;
}

}  // namespace slipring::page
