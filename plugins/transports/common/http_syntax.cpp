#include "http_syntax.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace slipring::websocket::http {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_alpha(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}
bool one_of(char c, std::string_view set) {
  return set.find(c) != set.npos;
}

bool is_token_byte(char c) {
  return is_alpha(c) || is_digit(c) || one_of(c, "!#$%&'*+-.^_`|~");
}

bool percent_escapes_are_whole(std::string_view text) {
  for (std::size_t at = text.find('%'); at != text.npos; at = text.find('%', at + 1)) {
    if (at + 2 >= text.size() || !is_hex(text[at + 1]) || !is_hex(text[at + 2])) return false;
  }
  return true;
}

bool is_port(std::string_view text) {
  return text.size() <= 5 && std::all_of(text.begin(), text.end(), is_digit);
}

template <typename Equal>
bool any_element(std::string_view list, Equal is_wanted) {
  while (true) {
    const std::size_t comma = list.find(',');
    if (is_wanted(trim(list.substr(0, comma)))) return true;
    if (comma == list.npos) return false;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_byte);
}

bool is_version(std::string_view text) {
  return text.size() == 8 && text.starts_with("HTTP/") && is_digit(text[5]) && text[6] == '.' &&
         is_digit(text[7]);
}

bool is_origin_form(std::string_view target) {
  return target.starts_with('/') &&
         std::all_of(target.begin(), target.end(),
                     [](char c) { return c > 0x20 && c < 0x7f && c != '#'; }) &&
         percent_escapes_are_whole(target);
}

bool is_authority(std::string_view text) {
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == text.npos) return false;
    const std::string_view address = text.substr(1, end - 1);
    const std::string_view rest = text.substr(end + 1);
    const bool is_address = address.size() >= 2 &&
                            std::all_of(address.begin(), address.end(),
                                        [](char c) { return is_hex(c) || c == ':' || c == '.'; });
    return is_address && (rest.empty() || (rest[0] == ':' && is_port(rest.substr(1))));
  }
  const std::size_t colon = text.find(':');
  const std::string_view name = text.substr(0, colon);
  const bool is_name = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return is_alpha(c) || is_digit(c) || one_of(c, "-._~%!$&'()*+,;=");
  });
  return is_name && percent_escapes_are_whole(name) &&
         (colon == text.npos || is_port(text.substr(colon + 1)));
}

std::optional<AbsoluteForm> split_absolute_form(std::string_view target) {
  const std::size_t scheme = target.find("://");
  if (scheme == target.npos) return std::nullopt;
  const std::string_view name = target.substr(0, scheme);
  if (!equal(name, "http") && !equal(name, "https")) return std::nullopt;
  target.remove_prefix(scheme + 3);
  const std::size_t end = std::min(target.find_first_of("/?"), target.size());
  return AbsoluteForm{target.substr(0, end), target.substr(end)};
}

std::optional<std::uint64_t> content_length(std::string_view text) {
  constexpr std::size_t most_digits = 18;
  if (text.empty() || !std::all_of(text.begin(), text.end(), is_digit)) return std::nullopt;
  text.remove_prefix(std::min(text.find_first_not_of('0'), text.size()));
  if (text.size() > most_digits) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) value = value * 10 + static_cast<std::uint64_t>(c - '0');
  return value;
}

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  return is_hex(c) ? lower(c) - 'a' + 10 : -1;
}

bool is_framing_field(std::string_view name) {
  static constexpr std::array<std::string_view, 10> names = {
      "connection", "content-length",    "expect", "host", "keep-alive", "proxy-connection", "te",
      "trailer",    "transfer-encoding", "upgrade"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_forbidden_trailer(std::string_view name) {
  static constexpr std::array<std::string_view, 12> names = {
      "authorization", "cache-control", "content-encoding",    "content-range",
      "content-type",  "cookie",        "max-forwards",        "proxy-authenticate",
      "range",         "set-cookie",    "proxy-authorization", "www-authenticate"};
  return is_framing_field(name) || std::find(names.begin(), names.end(), name) != names.end();
}

bool is_base64_of_16_bytes(std::string_view text) {
  return text.size() == 24 && text.ends_with("==") &&
         std::all_of(text.begin(), text.end() - 2,
                     [](char c) { return is_alpha(c) || is_digit(c) || c == '+' || c == '/'; });
}

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == text.npos) return text.substr(0, 0);
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

void to_lower(std::span<char> text) {
  for (char &c : text) c = lower(c);
}

bool equal(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

bool list_contains(std::string_view list, std::string_view element) {
  return any_element(list, [&](std::string_view e) { return equal(e, element); });
}

bool list_contains_exactly(std::string_view list, std::string_view element) {
  return any_element(list, [&](std::string_view e) { return e == element; });
}

}  // namespace slipring::websocket::http
