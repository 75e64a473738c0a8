#include "event_text.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>

#include "base/utf8.hpp"

namespace slipring::command {

namespace json = boost::json;

namespace {

constexpr size_t least_data_columns = 20;

std::string_view text(const json::object &object, std::string_view name) {
  const json::value *const value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : "";
}

std::string json_text(const json::value &value);

std::string joined(const json::object &object) {
  std::string list;
  for (const auto &member : object) {
    list += (list.empty() ? "" : ",") + json::serialize(json::string(member.key())) + ':' +
            json_text(member.value());
  }
  return list;
}

std::string joined(const json::array &array) {
  std::string list;
  for (const json::value &item : array) list += (list.empty() ? "" : ",") + json_text(item);
  return list;
}

// As json::serialize(), but 0.5 is not "5E-1".
std::string json_text(const json::value &value) {
  if (value.is_object()) return '{' + joined(value.get_object()) + '}';
  if (value.is_array()) return '[' + joined(value.get_array()) + ']';
  if (!value.is_double()) return json::serialize(value);
  std::array<char, 32> digits;
  const auto end = std::to_chars(digits.begin(), digits.end(), value.get_double()).ptr;
  return {digits.begin(), end};
}

std::string data_text(const json::object &event) {
  if (event.contains("data_base64")) return "base64:" + std::string(text(event, "data_base64"));
  const json::value *const data = event.if_contains("data");
  if (data == nullptr) return {};
  const bool is_text = text(event, "datacontenttype").starts_with("text/") && data->is_string();
  return is_text ? std::string(data->get_string()) : json_text(*data);
}

// Nothing that a terminal would obey: neither U+0000 to U+001F, U+007F, nor U+0080 to U+009F, which
// in UTF-8 are C2 80 to C2 9F.
std::string printable(std::string_view from) {
  std::string to;
  for (size_t i = 0; i < from.size(); ++i) {
    const auto byte = static_cast<unsigned char>(from[i]);
    const auto next = i + 1 < from.size() ? static_cast<unsigned char>(from[i + 1]) : 0;
    const bool high = byte == 0xC2 && next >= 0x80 && next < 0xA0;
    if (byte >= 0x20 && byte != 0x7F && !high) {
      to += from[i];
      continue;
    }
    constexpr std::string_view hex = "0123456789abcdef";
    const unsigned code = high ? next : byte;
    to += code == '\n' ? "\\n" : code == '\t' ? "\\t" : "\\u00";
    if (code != '\n' && code != '\t') to += {hex[code >> 4], hex[code & 15]};
    i += high ? 1 : 0;
  }
  return to;
}

std::string why_missing(std::string_view reason) {
  if (reason == "fell behind") return "they came faster than they were read";
  if (reason == "retention") return "they are not kept any more";
  if (reason == "lost") return "they were lost";
  if (reason == "damaged") return "their records are damaged";
  return std::string(reason);
}

bool begins_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
}

size_t characters(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), begins_character));
}

std::string shortened(const std::string &text, size_t most) {
  if (characters(text) <= most) return text;
  size_t begun = 0;
  const auto end = std::find_if(text.begin(), text.end(), [&](char byte) {
    return begins_character(byte) && ++begun == most;
  });
  return std::string(text.begin(), end) + "…";
}

}  // namespace

std::string_view guess_content_type(std::string_view data) {
  boost::system::error_code error;
  json::parse(data, error);
  if (!error) return "application/json";
  return is_utf8(data) ? "text/plain" : "application/octet-stream";
}

std::string event_line(const json::object &event, size_t columns) {
  const std::string_view position = text(event, "sliprposition");
  const std::string before = std::string(position.empty() ? "-" : position) + "  " +
                             printable(text(event, "subject")) + "  ";
  const std::string data = printable(data_text(event));
  if (columns == 0) return before + data;
  const size_t used = characters(before);
  const size_t left = columns > used ? columns - used : 0;
  return before + shortened(data, std::max(left, least_data_columns));
}

size_t columns_of_output() {
  if (::isatty(STDOUT_FILENO) == 0) return 0;
  winsize size{};
  constexpr size_t usual = 80;
  return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col != 0 ? size.ws_col : usual;
}

std::string gap_line(const json::object &gap) {
  const json::value *const count = gap.if_contains("count");
  std::string line = (count == nullptr ? "" : json::serialize(*count) + ' ') + "events are missing";
  if (gap.contains("from")) {
    line += ", from " + std::string(text(gap, "from")) + " to " + std::string(text(gap, "to"));
  }
  return line + ": " + why_missing(text(gap, "reason"));
}

}  // namespace slipring::command
