#include "json_text.hpp"

#include "plain_run.hpp"

namespace slipring::json_v1 {

namespace {

unsigned read_hex4(const char *at) noexcept {
  unsigned unit = 0;
  for (int i = 0; i < 4; ++i) unit = unit << 4 | static_cast<unsigned>(hex_value(at[i]));
  return unit;
}

void append_utf8(std::string &to, unsigned code) {
  const auto add = [&](unsigned byte) { to += static_cast<char>(byte); };
  const auto add_rest = [&](unsigned shift) { add(0x80 | (code >> shift & 0x3F)); };
  if (code < 0x80) {
    add(code);
  } else if (code < 0x800) {
    add(0xC0 | code >> 6);
    add_rest(0);
  } else if (code < 0x10000) {
    add(0xE0 | code >> 12);
    add_rest(6);
    add_rest(0);
  } else {
    add(0xF0 | code >> 18);
    add_rest(12);
    add_rest(6);
    add_rest(0);
  }
}

// Appends what the escape at `at` means (behind the backslash); returns what follows it.
const char *append_escape(std::string &to, const char *at) {
  switch (*at) {
    case 'b':
      to += '\b';
      return at + 1;
    case 'f':
      to += '\f';
      return at + 1;
    case 'n':
      to += '\n';
      return at + 1;
    case 'r':
      to += '\r';
      return at + 1;
    case 't':
      to += '\t';
      return at + 1;
    case 'u':
      break;
    default:
      to += *at;
      return at + 1;
  }
  unsigned code = read_hex4(at + 1);
  at += 5;
  if (code >= 0xD800 && code <= 0xDBFF) {
    code = 0x10000 + ((code - 0xD800) << 10) + (read_hex4(at + 2) - 0xDC00);
    at += 6;
  }
  append_utf8(to, code);
  return at;
}

void append_escaped(std::string &to, char c) {
  constexpr std::string_view digits = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  if (c == '"' || c == '\\') {
    to += {'\\', c};
  } else if (c == '\n') {
    to += "\\n";
  } else {
    to += {'\\', 'u', '0', '0', digits[byte >> 4], digits[byte & 15]};
  }
}

}  // namespace

int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string_view unescaped(std::string_view inner, std::string &arena) {
  if (inner.find('\\') == std::string_view::npos) return inner;
  const size_t start = arena.size();
  const char *at = inner.data();
  const char *const end = at + inner.size();
  while (at != end) {
    if (*at == '\\') {
      at = append_escape(arena, at + 1);
    } else {
      arena += *at++;
    }
  }
  return std::string_view(arena).substr(start);
}

void append_string(std::string &to, std::string_view text) {
  to += '"';
  const char *at = text.data();
  const char *const end = at + text.size();
  while (at != end) {
    const char *stop = plain_end(at, end);
    while (stop != end && static_cast<unsigned char>(*stop) >= 0x80) ++stop;
    to.append(at, stop);
    at = stop;
    if (at != end && !is_plain(*at)) append_escaped(to, *at++);
  }
  to += '"';
}

std::string shortened(std::string_view text) {
  constexpr size_t most = 40;
  if (text.size() <= most) return std::string(text);
  size_t size = most;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
  return std::string(text.substr(0, size)) + "…";
}

}  // namespace slipring::json_v1
