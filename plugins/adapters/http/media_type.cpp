#include "http/media_type.hpp"

#include <algorithm>

#include "http/text.hpp"

namespace slipring::http {

namespace {

// RFC 9110 §5.6.2
bool is_token(std::string_view text) noexcept {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos);
  };
  return !text.empty() && std::ranges::all_of(text, allowed);
}

// Cuts off the front up to `separator`, which counts only outside of quotes.
std::string_view take_until(std::string_view &rest, char separator) noexcept {
  bool quoted = false;
  size_t at = 0;
  for (; at < rest.size() && (quoted || rest[at] != separator); ++at) {
    if (rest[at] == '"') quoted = !quoted;
    if (quoted && rest[at] == '\\') ++at;
  }
  at = std::min(at, rest.size());
  const std::string_view front = rest.substr(0, at);
  rest.remove_prefix(std::min(at + 1, rest.size()));
  return trimmed(front);
}

struct Parameter {
  std::string name;
  std::string value;
};

std::optional<Parameter> parse_parameter(std::string_view text) {
  const size_t equals = text.find('=');
  if (equals == std::string_view::npos || !is_token(text.substr(0, equals))) return std::nullopt;
  std::string_view value = text.substr(equals + 1);
  const bool quoted = value.size() >= 2 && value.front() == '"' && value.back() == '"';
  if (quoted) value = value.substr(1, value.size() - 2);
  if (!quoted && !is_token(value)) return std::nullopt;
  return Parameter{in_small_letters(text.substr(0, equals)), std::string(value)};
}

// How specific a range is that takes `name`: 3 as it is, 2 "type/*", 1 "*/*"; 0: it does not.
int fit(std::string_view range, std::string_view name) {
  const std::string small = in_small_letters(range);
  if (small == name) return 3;
  if (small == "*/*") return 1;
  const std::string_view type = name.substr(0, name.find('/') + 1);
  return small == std::string(type) + '*' ? 2 : 0;
}

// RFC 9110 §12.4.2; only whether it is 0 matters, as there is one form of each answer.
bool is_zero_weight(std::string_view weight) noexcept {
  return !weight.empty() && weight.front() == '0' &&
         weight.find_first_not_of("0.") == std::string_view::npos;
}

}  // namespace

std::optional<MediaType> parse_media_type(std::string_view text) {
  std::string_view rest = text;
  const std::string_view name = take_until(rest, ';');
  const size_t slash = name.find('/');
  if (slash == std::string_view::npos || !is_token(name.substr(0, slash)) ||
      !is_token(name.substr(slash + 1))) {
    return std::nullopt;
  }
  MediaType type{in_small_letters(name), {}};
  while (!rest.empty()) {
    const std::string_view text_of_one = take_until(rest, ';');
    if (text_of_one.empty()) continue;
    const auto parameter = parse_parameter(text_of_one);
    if (!parameter) return std::nullopt;
    if (parameter->name == "charset") type.charset = in_small_letters(parameter->value);
  }
  return type;
}

bool is_json_type(std::string_view content_type) {
  const std::string name =
      in_small_letters(trimmed(content_type.substr(0, content_type.find(';'))));
  return name == "application/json" || name == "text/json" || name.ends_with("+json");
}

bool accepts(std::string_view accept, std::string_view name) {
  int best = 0;
  bool taken = false;
  bool says_something = false;
  while (!accept.empty()) {
    std::string_view element = take_until(accept, ',');
    if (element.empty()) continue;
    says_something = true;
    const int found = fit(take_until(element, ';'), name);
    if (found <= best) continue;
    best = found;
    taken = true;
    while (!element.empty()) {
      const auto parameter = parse_parameter(take_until(element, ';'));
      if (parameter && parameter->name == "q") taken = !is_zero_weight(parameter->value);
    }
  }
  return taken || !says_something;
}

}  // namespace slipring::http
