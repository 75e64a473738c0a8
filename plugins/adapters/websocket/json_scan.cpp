#include "json_scan.hpp"

#include <cstring>

#include "json_text.hpp"
#include "plain_run.hpp"
#include "utf8.hpp"

namespace slipring::json_v1 {

namespace {

constexpr const char *too_deep = "at most 32 levels of arrays and objects";
constexpr const char *in_pairs = "surrogates in pairs: \\ud800 to \\udbff, then \\udc00 to \\udfff";

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

}  // namespace

const char *JsonScanner::fail(const char *at, const char *accepted) noexcept {
  error_ = {accepted, static_cast<size_t>(at - begin_)};
  return nullptr;
}

const char *JsonScanner::space(const char *at) const noexcept {
  while (at != end_ && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t')) ++at;
  return at;
}

const char *JsonScanner::open(const char *at, char bracket) noexcept {
  at = space(at);
  if (at == end_ || *at != bracket) return fail(at, bracket == '{' ? "an object" : "an array");
  return at + 1;
}

bool JsonScanner::closes(const char *&at, char bracket) const noexcept {
  at = space(at);
  if (at == end_ || *at != bracket) return false;
  ++at;
  return true;
}

bool JsonScanner::goes_on(const char *&at, char bracket, bool &more) noexcept {
  more = !closes(at, bracket);
  if (!more) return true;
  if (at == end_ || *at != ',') {
    fail(at, bracket == '}' ? "\",\" or \"}\"" : "\",\" or \"]\"");
    return false;
  }
  ++at;
  return true;
}

bool JsonScanner::ended(const char *at) noexcept {
  at = space(at);
  return at == end_ || fail(at, "the end of the message") != nullptr;
}

const char *JsonScanner::name(const char *at, std::string_view &name) noexcept {
  at = space(at);
  if (at == end_ || *at != '"') return fail(at, "a name in double quotes");
  const char *const start = at + 1;
  at = string(at);
  if (at == nullptr) return nullptr;
  name = {start, static_cast<size_t>(at - start - 1)};
  at = space(at);
  return at == end_ || *at != ':' ? fail(at, "\":\"") : at + 1;
}

const char *JsonScanner::value(const char *at, std::string_view &raw) noexcept {
  if (at == nullptr) return nullptr;
  const char *const start = space(at);
  // The array or object around it is one level.
  at = any(start, json_depth - 1);
  if (at != nullptr) raw = {start, static_cast<size_t>(at - start)};
  return at;
}

bool JsonScanner::value() noexcept {
  const char *at = any(space(begin_), json_depth);
  return at != nullptr && ended(at);
}

const char *JsonScanner::any(const char *at, int depth) noexcept {
  if (at == end_) return fail(at, "a value");
  switch (*at) {
    case '"':
      return string(at);
    case '{':
      return depth == 0 ? fail(at, too_deep) : members(at, depth - 1);
    case '[':
      return depth == 0 ? fail(at, too_deep) : elements(at, depth - 1);
    case 't':
      return literal(at, "true");
    case 'f':
      return literal(at, "false");
    case 'n':
      return literal(at, "null");
    default:
      return *at == '-' || is_digit(*at) ? number(at) : fail(at, "a value");
  }
}

const char *JsonScanner::members(const char *at, int depth) noexcept {
  ++at;
  bool more = !closes(at, '}');
  while (more) {
    std::string_view ignored;
    at = name(at, ignored);
    if (at == nullptr) return nullptr;
    at = any(space(at), depth);
    if (at == nullptr || !goes_on(at, '}', more)) return nullptr;
  }
  return at;
}

const char *JsonScanner::elements(const char *at, int depth) noexcept {
  ++at;
  bool more = !closes(at, ']');
  while (more) {
    at = any(space(at), depth);
    if (at == nullptr || !goes_on(at, ']', more)) return nullptr;
  }
  return at;
}

const char *JsonScanner::string(const char *at) noexcept {
  ++at;
  for (;;) {
    at = plain_end(at, end_);
    if (at == end_) return fail(at, "the rest of a string");
    const auto byte = static_cast<unsigned char>(*at);
    if (byte == '"') return at + 1;
    if (byte == '\\') {
      at = escape(at);
      if (at == nullptr) return nullptr;
    } else if (byte < 0x20) {
      return fail(at, "an escape such as \\n: control characters do not stand in strings");
    } else {
      const size_t size = utf8_sequence(at, end_);
      if (size == 0) return fail(at, "UTF-8");
      at += size;
    }
  }
}

const char *JsonScanner::escape(const char *at) noexcept {
  ++at;
  if (at == end_) return fail(at, "the rest of a string");
  if (*at != 'u') {
    constexpr std::string_view letters = "\"\\/bfnrt";
    if (letters.find(*at) == std::string_view::npos)
      return fail(at, "one of \" \\ / b f n r t u behind \\");
    return at + 1;
  }
  unsigned unit = 0;
  at = hex4(at + 1, unit);
  if (at == nullptr || unit < 0xD800 || unit > 0xDFFF) return at;
  if (unit > 0xDBFF || end_ - at < 2 || at[0] != '\\' || at[1] != 'u') return fail(at, in_pairs);
  at = hex4(at + 2, unit);
  if (at != nullptr && (unit < 0xDC00 || unit > 0xDFFF)) return fail(at, in_pairs);
  return at;
}

const char *JsonScanner::hex4(const char *at, unsigned &unit) noexcept {
  unit = 0;
  for (int i = 0; i < 4; ++i, ++at) {
    const int digit = at == end_ ? -1 : hex_value(*at);
    if (digit < 0) return fail(at, "four hexadecimal digits");
    unit = unit << 4 | static_cast<unsigned>(digit);
  }
  return at;
}

const char *JsonScanner::digits(const char *at) noexcept {
  if (at == end_ || !is_digit(*at)) return fail(at, "a digit");
  while (at != end_ && is_digit(*at)) ++at;
  return at;
}

const char *JsonScanner::number(const char *at) noexcept {
  if (*at == '-') ++at;
  at = at != end_ && *at == '0' ? at + 1 : digits(at);
  if (at != nullptr && at != end_ && *at == '.') at = digits(at + 1);
  if (at != nullptr && at != end_ && (*at == 'e' || *at == 'E')) {
    ++at;
    if (at != end_ && (*at == '+' || *at == '-')) ++at;
    at = digits(at);
  }
  return at;
}

const char *JsonScanner::literal(const char *at, std::string_view word) noexcept {
  if (static_cast<size_t>(end_ - at) < word.size() ||
      std::memcmp(at, word.data(), word.size()) != 0)
    return fail(at, "a value");
  return at + word.size();
}

bool is_json(std::string_view text) noexcept {
  return JsonScanner(text).value();
}

std::string describe(std::string_view text, const JsonError &error) {
  std::string found = "the end";
  if (error.at < text.size()) {
    const size_t size = utf8_sequence(text.data() + error.at, text.data() + text.size());
    found = size == 0 ? "a byte that is no UTF-8" : shortened(text.substr(error.at, size));
  }
  return "malformed JSON at byte " + std::to_string(error.at) + ": found " + found +
         "; accepted: " + error.accepted;
}

}  // namespace slipring::json_v1
