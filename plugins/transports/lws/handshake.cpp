#include "handshake.hpp"

#include <algorithm>
#include <array>
#include <slipring/cpp/bytes.hpp>
#include <utility>

#include "common/http_syntax.hpp"

namespace slipring::websocket {
namespace {

constexpr std::size_t max_fields = 64;

constexpr std::array<std::string_view, 9> known_methods = {
    "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"};

}  // namespace

HandshakeParser::State HandshakeParser::feed(std::string_view bytes) {
  head_.append(bytes.substr(0, limit_ + 1 - head_.size()));  // one more: to see that it is too long

  for (; seen_ < std::min(head_.size(), limit_); ++seen_) {
    const char c = head_[seen_];
    const bool after_cr = seen_ > line_ && head_[seen_ - 1] == '\r';
    if (after_cr != (c == '\n')) {
      refuse(400, "lines of the request have to end in CR LF");
      return State::refused;
    }
    if (c == '\n') {
      const std::size_t begin = std::exchange(line_, seen_ + 1);
      const std::size_t end = seen_ - 1;
      const bool last = begin == end && started_;
      if (last) {
        ++seen_;
        return conclude() ? State::complete : State::refused;
      }
      const bool leading_empty_line = begin == end && begin == 0;  // RFC 9112 §2.2
      if (leading_empty_line) continue;
      if (!(started_ ? field_line(begin, end) : request_line(begin, end))) return State::refused;
    } else if (c != '\r' && !http::is_field_byte(c)) {
      refuse(400, "control byte in the request");
      return State::refused;
    }
  }
  if (head_.size() > limit_) {
    started_ ? refuse(431, "request head over " + std::to_string(limit_) + " bytes")
             : refuse(414, "request line over " + std::to_string(limit_) + " bytes");
    return State::refused;
  }
  return State::incomplete;
}

bool HandshakeParser::request_line(std::size_t begin, std::size_t end) {
  const std::string_view line = std::string_view(head_).substr(begin, end - begin);
  const std::size_t first = line.find(' ');
  const std::size_t second = first == line.npos ? line.npos : line.find(' ', first + 1);
  if (second == line.npos || line.find(' ', second + 1) != line.npos) {
    return refuse(400, "the request line is not 'method target version'");
  }
  method_ = {begin, first, true};
  target_ = {begin + first + 1, second - first - 1, true};
  version_ = {begin + second + 1, line.size() - second - 1, true};
  if (!http::is_token(text(method_))) return refuse(400, "malformed method");
  if (!http::is_version(text(version_))) return refuse(400, "malformed HTTP version");
  error_.without_body = text(method_) == "HEAD";
  started_ = true;
  return true;
}

bool HandshakeParser::field_line(std::size_t begin, std::size_t end) {
  if (++fields_ > max_fields) {
    return refuse(431, "more than " + std::to_string(max_fields) + " header fields");
  }
  const std::string_view line = std::string_view(head_).substr(begin, end - begin);
  const std::size_t colon = line.find(':');
  // A space before the colon and a folded line (RFC 9112 §5.1, §5.2) are no token either.
  if (colon == line.npos || !http::is_token(line.substr(0, colon))) {
    return refuse(400, "malformed header field");
  }
  const std::string_view value = http::trim(line.substr(colon + 1));
  const std::size_t offset = static_cast<std::size_t>(value.data() - head_.data());
  return known_field(line.substr(0, colon), {offset, value.size(), true});
}

bool HandshakeParser::known_field(std::string_view name, Span value) {
  const auto is = [name](std::string_view field) { return http::equal(name, field); };
  if (is("Host")) return single(host_, value, "Host");
  if (is("Origin")) return single(origin_, value, "Origin");
  if (is("Sec-WebSocket-Key")) return single(key_, value, "Sec-WebSocket-Key");
  if (is("Sec-WebSocket-Version")) {
    return single(websocket_version_, value, "Sec-WebSocket-Version");
  }
  if (is("Sec-WebSocket-Protocol")) return add_subprotocols(text(value));
  for (const std::string_view known : {"authorization", "cookie", "sec-fetch-site"}) {
    if (is(known)) return keep(known, value);
  }
  if (is("Upgrade")) upgrades_to_websocket_ |= http::list_contains(text(value), "websocket");
  if (is("Connection")) connection_upgrade_ |= http::list_contains(text(value), "upgrade");
  if (is("Content-Length") || is("Transfer-Encoding")) has_body_ = true;
  return true;
}

bool HandshakeParser::keep(std::string_view name, Span value) {
  kept_.emplace_back(name, value);
  return true;
}

bool HandshakeParser::single(Span &field, Span value, std::string_view name) {
  if (field.present) return refuse(400, std::string(name) + " is given more than once");
  field = value;
  return true;
}

// Elements are tokens and unique (RFC 6455 §4.1); several fields are one list (§11.3.4).
bool HandshakeParser::add_subprotocols(std::string_view list) {
  std::string &all = handshake_.subprotocols;
  while (true) {
    const std::size_t comma = list.find(',');
    const std::string_view element = http::trim(list.substr(0, comma));
    if (!http::is_token(element)) return refuse(400, "malformed Sec-WebSocket-Protocol");
    if (http::list_contains_exactly(all, element)) {
      return refuse(400, "Sec-WebSocket-Protocol offers the same name twice");
    }
    if (!all.empty()) all += ", ";
    all += element;
    if (comma == list.npos) return true;
    list.remove_prefix(comma + 1);
  }
}

bool HandshakeParser::conclude() {
  if (!text(version_).starts_with("HTTP/1.")) return refuse(505, "only HTTP/1.1 is served here");
  if (text(method_) != "GET") {
    const bool known =
        std::find(known_methods.begin(), known_methods.end(), text(method_)) != known_methods.end();
    return known ? refuse(405, "a WebSocket handshake is a GET") : refuse(501, "unknown method");
  }
  if (!http::is_origin_form(text(target_))) {
    return refuse(400, "the target has to begin with '/' and be free of fragments");
  }
  if (!host_.present || !http::is_authority(text(host_))) {
    return refuse(400, "exactly one valid Host is required");
  }
  if (has_body_) return refuse(400, "a WebSocket handshake has no body");
  if (text(version_) != "HTTP/1.1" || !upgrades_to_websocket_ || !connection_upgrade_) {
    return refuse(426, "this address speaks WebSocket: upgrade with HTTP/1.1");
  }
  if (!websocket_version_.present || text(websocket_version_) != "13") {
    return refuse(426, "Sec-WebSocket-Version has to be 13");
  }
  if (!key_.present || !http::is_base64_of_16_bytes(text(key_))) {
    return refuse(400, "Sec-WebSocket-Key has to be the base64 of 16 bytes");
  }
  if (seen_ != head_.size()) return refuse(400, "data before the handshake was answered");

  const std::string_view target = text(target_);
  const std::size_t question = target.find('?');
  handshake_.path = target.substr(0, question);
  if (question != target.npos) handshake_.query = target.substr(question + 1);
  handshake_.authority = text(host_);
  handshake_.origin = text(origin_);
  handshake_.key = text(key_);
  handshake_.fields.reserve(kept_.size());
  for (const auto &[name, value] : kept_) {
    handshake_.fields.push_back({sdk::bytes(name), sdk::bytes(text(value))});
  }
  return true;
}

bool HandshakeParser::refuse(int status, std::string message) {
  error_.status = status;
  error_.message = std::move(message);
  return false;
}

std::string canonical_request(std::string_view key) {
  std::string request =
      "GET / HTTP/1.1\r\n"
      "Host: slipring\r\n"
      "Upgrade: websocket\r\n"
      "Connection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: ";
  request.append(key).append("\r\n\r\n");
  return request;
}

}  // namespace slipring::websocket
