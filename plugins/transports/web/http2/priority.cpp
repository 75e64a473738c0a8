#include "http2/priority.hpp"

#include "common/http_syntax.hpp"

namespace slipring::web {
namespace {

using websocket::http::trim;

bool is_key(std::string_view text) {
  if (text.empty() || !((text[0] >= 'a' && text[0] <= 'z') || text[0] == '*')) return false;
  for (const char c : text) {
    const bool good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
                      c == '.' || c == '*';
    if (!good) return false;
  }
  return true;
}

// Where the member that begins the text ends: at a comma outside of a string.
std::size_t end_of_member(std::string_view text) {
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quoted && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && text[i] == ',') {
      return i;
    }
  }
  return text.size();
}

// False: not a member of a dictionary.
bool take_member(std::string_view member, Priority &priority) {
  const std::string_view bare = trim(member.substr(0, member.find(';')));  // without parameters
  const std::size_t equals = bare.find('=');
  const std::string_view key = bare.substr(0, equals);
  const std::string_view value = equals == bare.npos ? "?1" : bare.substr(equals + 1);
  if (!is_key(key) || value.empty()) return false;
  if (key == "u" && value.size() == 1 && value[0] >= '0' && value[0] <= '7') {
    priority.urgency = static_cast<std::uint8_t>(value[0] - '0');
  }
  if (key == "i" && (value == "?0" || value == "?1")) priority.incremental = value == "?1";
  return true;
}

}  // namespace

Priority parse_priority(std::string_view text) {
  Priority priority;
  for (text = trim(text); !text.empty();) {
    const std::size_t end = end_of_member(text);
    if (!take_member(text.substr(0, end), priority)) return {};
    if (end == text.size()) break;
    text = trim(text.substr(end + 1));
    if (text.empty()) return {};
  }
  return priority;
}

}  // namespace slipring::web
