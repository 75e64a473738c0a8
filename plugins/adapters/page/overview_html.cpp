#include "overview_html.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "html.hpp"

namespace slipring::page {
namespace {

// A walk over JSON that is well formed.
class Walk {
 public:
  explicit Walk(std::string_view json) : rest_(json) {}

  bool takes(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  char next() const { return rest_.empty() ? '\0' : rest_.front(); }

  std::string string() {
    std::string text;
    takes('"');
    while (!rest_.empty() && !takes('"')) {
      if (takes('\\')) {
        escape(text);
      } else {
        text += rest_.front();
        rest_.remove_prefix(1);
      }
    }
    return text;
  }

  // A string's text; of a list those of its elements; the letters of anything else.
  std::string value() {
    if (next() == '"') return string();
    std::string text;
    if (takes('[')) {
      while (!rest_.empty() && !takes(']')) {
        text += (text.empty() ? "" : ", ") + value();
        takes(',');
      }
      return text;
    }
    const size_t end = std::min(rest_.find_first_of(",]}"), rest_.size());
    text = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return text;
  }

  using Members = std::vector<std::pair<std::string, std::string>>;
  Members members() {
    Members members;
    takes('{');
    while (!rest_.empty() && !takes('}')) {
      std::string name = string();
      takes(':');
      members.emplace_back(std::move(name), value());
      takes(',');
    }
    return members;
  }

 private:
  // Of what the host escapes only control characters are written with \u.
  void escape(std::string &to) {
    const char c = next();
    if (!rest_.empty()) rest_.remove_prefix(1);
    if (c == 'u') {
      rest_.remove_prefix(std::min<size_t>(4, rest_.size()));
      to += ' ';
    } else {
      to += c == 'n' || c == 't' || c == 'r' || c == 'b' || c == 'f' ? ' ' : c;
    }
  }

  std::string_view rest_;
};

std::string capitalised(std::string text) {
  const bool is_lower = !text.empty() && text[0] >= 'a' && text[0] <= 'z';
  if (is_lower) text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

void append_cell(std::string &to, std::string_view open, std::string_view text,
                 std::string_view close) {
  to += open;
  append_escaped(to, text);
  to += close;
}

void append_table(std::string &to, const std::string &name, Walk &walk) {
  walk.takes('[');
  to += "<div class=\"wide\"><table>\n";
  append_cell(to, "<caption>", capitalised(name), "</caption>\n");
  bool first = true;
  while (walk.next() != '\0' && !walk.takes(']')) {
    const Walk::Members row = walk.members();
    walk.takes(',');
    if (std::exchange(first, false)) {
      to += "<thead><tr>";
      for (const auto &member : row) {
        append_cell(to, "<th scope=\"col\">", capitalised(member.first), "</th>");
      }
      to += "</tr></thead>\n<tbody>\n";
    }
    to += "<tr>";
    for (size_t i = 0; i < row.size(); ++i) {
      i == 0 ? append_cell(to, "<th scope=\"row\">", row[i].second, "</th>")
             : append_cell(to, "<td>", row[i].second, "</td>");
    }
    to += "</tr>\n";
  }
  to += first ? "</table></div>\n" : "</tbody></table></div>\n";
}

}  // namespace

OverviewHtml to_html(std::string_view overview) {
  OverviewHtml html;
  Walk walk(overview);
  if (!walk.takes('{')) return html;
  while (walk.next() == '"') {
    const std::string name = walk.string();
    walk.takes(':');
    if (walk.next() == '[') {
      append_table(html.tables, name, walk);
    } else if (walk.next() == '{') {
      for (const auto &[member, value] : walk.members()) {
        if (name == "host" && member == "version") html.version = value;
      }
    } else {
      walk.value();
    }
    walk.takes(',');
  }
  return html;
}

}  // namespace slipring::page
