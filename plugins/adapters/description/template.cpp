#include "description/template.hpp"

#include <algorithm>

namespace slipring::description {

namespace {

constexpr std::string_view opens = "{{";
constexpr std::string_view closes = "}}";

std::string id_of(std::string_view path) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string id;
  for (const char c : path) {
    const bool stays =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    if (stays) {
      id += c;
    } else if (c == '/') {
      id += '.';
    } else {
      const auto byte = static_cast<unsigned char>(c);
      id += {'_', digits[byte >> 4], digits[byte & 15]};
    }
  }
  return id;
}

// Fit for a string of JSON.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

}  // namespace

std::string filled(std::string_view text, std::span<const Place> places) {
  std::string result;
  for (size_t at = text.find(opens); at != std::string_view::npos; at = text.find(opens)) {
    const size_t end = text.find(closes, at);
    const std::string_view name = text.substr(at + opens.size(), end - at - opens.size());
    const auto place =
        std::ranges::find_if(places, [&](const Place &each) { return each.name == name; });
    result.append(text.substr(0, at));
    if (place != places.end()) result += place->value;
    text.remove_prefix(end + closes.size());
  }
  return result.append(text);
}

MountPath mount_path(std::string_view mount, std::string_view parameter) {
  MountPath described;
  described.id = id_of(mount);
  described.has_parameter = mount.ends_with('*');
  if (described.has_parameter) mount.remove_suffix(1);
  described.path = escaped(mount);
  if (described.has_parameter) described.path.append("{").append(parameter).append("}");
  return described;
}

}  // namespace slipring::description
