#include "http/text.hpp"

#include <charconv>

#include "utf8.hpp"

namespace slipring::http {

bool is_utf8(std::string_view text) noexcept {
  const char *at = text.data();
  const char *const end = at + text.size();
  while (at != end) {
    const size_t size = json_v1::utf8_sequence(at, end);
    if (size == 0) return false;
    at += size;
  }
  return true;
}

std::string in_small_letters(std::string_view text) {
  std::string small(text);
  for (char &c : small) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return small;
}

std::string_view trimmed(std::string_view text) noexcept {
  constexpr std::string_view space = " \t";
  const size_t first = text.find_first_not_of(space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(space) - first + 1);
}

std::optional<uint64_t> parse_number(std::string_view text) noexcept {
  uint64_t number = 0;
  const char *end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return number;
}

std::optional<bool> parse_flag(std::string_view text) noexcept {
  if (text == "true") return true;
  if (text == "false") return false;
  return std::nullopt;
}

}  // namespace slipring::http
