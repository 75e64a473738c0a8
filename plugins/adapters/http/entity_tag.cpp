#include "http/entity_tag.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "http/text.hpp"

namespace slipring::http {

std::string entity_tag(std::string_view content) {
  uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
  for (const char c : content) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  std::array<char, 16> digits;
  const char *const end = std::to_chars(digits.begin(), digits.end(), hash, 16).ptr;
  return '"' + std::string(digits.data(), static_cast<size_t>(end - digits.data())) + '"';
}

bool names_tag(std::string_view list, std::string_view tag, Comparison comparison) noexcept {
  if (trimmed(list) == "*") return true;
  while (!list.empty()) {
    // What is cut within another tag, at a comma of it, names none.
    const size_t end = std::min(list.find(','), list.size());
    std::string_view one = trimmed(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
    if (comparison == Comparison::weak && one.starts_with("W/")) one.remove_prefix(2);
    if (one == tag) return true;
  }
  return false;
}

}  // namespace slipring::http
