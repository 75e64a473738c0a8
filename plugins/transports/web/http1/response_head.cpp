#include "response_head.hpp"

#include <algorithm>
#include <array>
#include <boost/beast/http/status.hpp>
#include <ostream>  // which that header needs
#include <slipring/cpp/bytes.hpp>

#include "common/http_date.hpp"
#include "common/http_syntax.hpp"

namespace slipring::web {
namespace {

namespace syntax = websocket::http;

std::span<const slipring_field> fields_of(const slipring_http_head &head) {
  return {head.fields, head.field_count};
}

// Of the fields that frame, those that a response can have.
bool frames_response(std::string_view name) {
  static constexpr std::array<std::string_view, 6> names = {"connection",        "content-length",
                                                            "keep-alive",        "proxy-connection",
                                                            "transfer-encoding", "upgrade"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_valid_field(const slipring_field &field) {
  const std::string_view name = sdk::view(field.name);
  const std::string_view value = sdk::view(field.value);
  const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  return syntax::is_token(name) && !std::any_of(name.begin(), name.end(), is_capital) &&
         !frames_response(name) && std::all_of(value.begin(), value.end(), syntax::is_field_byte);
}

std::string_view reason_phrase(std::uint32_t code) {
  namespace http = boost::beast::http;
  if (code == 103) return "Early Hints";  // RFC 8297, younger than Beast's list
  const auto status = http::int_to_status(code);
  if (status == http::status::unknown) return {};
  const auto phrase = http::obsolete_reason(status);
  return {phrase.data(), phrase.size()};
}

}  // namespace

bool is_valid(const slipring_http_head &head) {
  return head.code >= 100 && head.code <= 599 && head.code != 101 &&
         are_valid_fields(fields_of(head));
}

bool are_valid_fields(std::span<const slipring_field> fields) {
  return std::all_of(fields.begin(), fields.end(), is_valid_field);
}

void append_status_line(std::string &text, std::uint32_t code) {
  text.append("HTTP/1.1 ").append(std::to_string(code)).append(" ");
  text.append(reason_phrase(code)).append("\r\n");
}

void append_field(std::string &text, std::string_view name, std::string_view value) {
  text.append(name).append(": ").append(value).append("\r\n");
}

void append_fields(std::string &text, std::span<const slipring_field> fields) {
  for (const slipring_field &field : fields) {
    append_field(text, sdk::view(field.name), sdk::view(field.value));
  }
}

std::string render_head(const slipring_http_head &head, const HeadFields &own) {
  std::string text;
  text.reserve(512);
  append_status_line(text, head.code);
  const auto fields = fields_of(head);
  const bool has_date = std::any_of(fields.begin(), fields.end(), [](const slipring_field &field) {
    return sdk::view(field.name) == "date";
  });
  if (!has_date) append_field(text, "date", syntax::date());
  append_fields(text, fields);
  if (own.framing == Framing::length || own.names_length) {
    append_field(text, "content-length", std::to_string(own.length));
  } else if (own.framing == Framing::chunked) {
    append_field(text, "transfer-encoding", "chunked");
  }
  if (!own.connection.empty()) append_field(text, "connection", own.connection);
  text += "\r\n";
  return text;
}

std::string render_interim_head(const slipring_http_head &head) {
  std::string text;
  append_status_line(text, head.code);
  append_fields(text, fields_of(head));
  text += "\r\n";
  return text;
}

}  // namespace slipring::web
