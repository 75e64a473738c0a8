#include "html.hpp"

namespace slipring::page {

void append_escaped(std::string &to, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&':
        to += "&amp;";
        break;
      case '<':
        to += "&lt;";
        break;
      case '>':
        to += "&gt;";
        break;
      case '"':
        to += "&quot;";
        break;
      case '\'':
        to += "&#39;";
        break;
      default:
        to += c;
    }
  }
}

std::string replaced(std::string_view text, std::string_view mark, std::string_view by) {
  const size_t at = text.find(mark);
  if (at == std::string_view::npos) return std::string(text);
  std::string made(text.substr(0, at));
  made += by;
  made += text.substr(at + mark.size());
  return made;
}

}  // namespace slipring::page
