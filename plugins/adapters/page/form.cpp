#include "form.hpp"

#include <algorithm>
#include <optional>

namespace slipring::page {

using sdk::Status;

namespace {

std::optional<int> digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

bool decode(std::string_view text, std::string &to) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      to += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    if (i + 2 >= text.size()) return false;
    const auto high = digit(text[i + 1]);
    const auto low = digit(text[i + 2]);
    if (!high || !low) return false;
    to += static_cast<char>(*high << 4 | *low);
    i += 2;
  }
  return true;
}

Status wrong(std::string text) {
  return {SLIPRING_INVALID_ARGUMENT, std::move(text)};
}

}  // namespace

bool is_form(std::string_view content_type) {
  constexpr std::string_view wanted = "application/x-www-form-urlencoded";
  std::string_view type = content_type.substr(0, content_type.find(';'));
  while (!type.empty() && (type.back() == ' ' || type.back() == '\t')) type.remove_suffix(1);
  return std::ranges::equal(type, wanted, [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

Status read_form(std::string_view body, Form &form) {
  bool has_topic = false;
  bool has_data = false;
  while (!body.empty()) {
    const size_t end = std::min(body.find('&'), body.size());
    const std::string_view pair = body.substr(0, end);
    body.remove_prefix(std::min(end + 1, body.size()));
    if (pair.empty()) continue;
    const size_t equals = std::min(pair.find('='), pair.size());
    std::string name;
    std::string value;
    if (!decode(pair.substr(0, equals), name) ||
        !decode(pair.substr(std::min(equals + 1, pair.size())), value)) {
      return wrong("found a % that two hexadecimal digits do not follow");
    }
    bool *const seen = name == "topic" ? &has_topic : name == "data" ? &has_data : nullptr;
    if (seen == nullptr) return wrong("found the field \"" + name + "\"; accepted: topic, data");
    if (*seen) return wrong("the field \"" + name + "\" stands there twice");
    *seen = true;
    (seen == &has_topic ? form.topic : form.data) = std::move(value);
  }
  return form.topic.empty() ? wrong("the field \"topic\" is missing or empty") : Status();
}

}  // namespace slipring::page
