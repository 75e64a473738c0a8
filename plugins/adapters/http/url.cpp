#include "http/url.hpp"

#include "json_text.hpp"

namespace slipring::http {

namespace {

bool decode(std::string &to, std::string_view text, bool plus_is_space) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      to += plus_is_space && text[i] == '+' ? ' ' : text[i];
      continue;
    }
    if (text.size() - i < 3) return false;
    const int high = json_v1::hex_value(text[i + 1]);
    const int low = json_v1::hex_value(text[i + 2]);
    if (high < 0 || low < 0) return false;
    to += static_cast<char>(high << 4 | low);
    i += 2;
  }
  return true;
}

// unreserved, sub-delims, ":", "@", "/"
bool stands_in_a_path(char c) noexcept {
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) return true;
  return c != '\0' && std::string_view("-._~!$&'()*+,;=:@/").find(c) != std::string_view::npos;
}

}  // namespace

bool append_decoded(std::string &to, std::string_view text) {
  return decode(to, text, false);
}

bool append_decoded_query(std::string &to, std::string_view text) {
  return decode(to, text, true);
}

void append_path(std::string &to, std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (const char c : text) {
    if (stands_in_a_path(c)) {
      to += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      to += {'%', digits[byte >> 4], digits[byte & 15]};
    }
  }
}

}  // namespace slipring::http
