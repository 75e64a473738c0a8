#include "handshake.hpp"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <array>
#include <slipring/cpp/bytes.hpp>
#include <span>

#include "common/http_syntax.hpp"

namespace slipring::web {
namespace {

namespace http = websocket::http;

constexpr std::uint32_t http_1_1 = 11;
constexpr std::uint32_t http_2 = 20;

struct Fields {
  bool upgrades_to_websocket = false;
  bool connection_upgrade = false;
  std::optional<std::string_view> key, version, origin;
};

Refusal bad(std::string reason) {
  return {400, std::move(reason)};
}

std::optional<Refusal> single(std::optional<std::string_view> &field, std::string_view value,
                              std::string_view name) {
  if (field) return bad(std::string(name) + " is given more than once");
  field = value;
  return std::nullopt;
}

// Elements are tokens and unique (RFC 6455 §4.1); several fields are one list (§11.3.4).
std::optional<Refusal> add_subprotocols(std::string_view list, std::string &all) {
  while (true) {
    const std::size_t comma = list.find(',');
    const std::string_view element = http::trim(list.substr(0, comma));
    if (!http::is_token(element)) return bad("malformed Sec-WebSocket-Protocol");
    if (http::list_contains_exactly(all, element)) {
      return bad("Sec-WebSocket-Protocol offers the same name twice");
    }
    if (!all.empty()) all += ", ";
    all += element;
    if (comma == list.npos) return std::nullopt;
    list.remove_prefix(comma + 1);
  }
}

std::optional<Refusal> read_field(std::string_view name, std::string_view value, Fields &fields,
                                  WebSocketRequest &into) {
  const auto is = [name](std::string_view known) { return http::equal(name, known); };
  if (is("origin")) return single(fields.origin, value, "Origin");
  if (is("sec-websocket-key")) return single(fields.key, value, "Sec-WebSocket-Key");
  if (is("sec-websocket-version")) return single(fields.version, value, "Sec-WebSocket-Version");
  if (is("sec-websocket-protocol")) return add_subprotocols(value, into.subprotocols);
  if (is("sec-websocket-extensions") && !parse_extensions(value, into.extensions)) {
    return bad("malformed Sec-WebSocket-Extensions");
  }
  if (is("upgrade")) fields.upgrades_to_websocket |= http::list_contains(value, "websocket");
  if (is("connection")) fields.connection_upgrade |= http::list_contains(value, "upgrade");
  return std::nullopt;
}

// What only HTTP/1.1 has: over HTTP/2 it is an extended CONNECT that asks (RFC 8441 §4).
std::optional<Refusal> check_upgrade(const slipring_http_request &request, const Fields &fields) {
  if (request.version < http_1_1) return bad("a WebSocket needs HTTP/1.1 or later");
  if (sdk::view(request.method) != "GET") {
    return Refusal{405, "a WebSocket handshake is a GET"};
  }
  if (request.length != 0) return bad("a WebSocket handshake has no body");
  if (!fields.upgrades_to_websocket) return bad("Upgrade has to name websocket");
  if (!fields.connection_upgrade) return bad("Connection has to name upgrade");
  return std::nullopt;
}

}  // namespace

std::optional<Refusal> check_websocket_request(const slipring_http_request &request,
                                               WebSocketRequest &into) {
  Fields fields;
  for (const slipring_field &field : std::span(request.fields, request.field_count)) {
    const std::string_view value = http::trim(sdk::view(field.value));
    if (auto refusal = read_field(sdk::view(field.name), value, fields, into)) return refusal;
  }
  const bool is_http_2 = request.version >= http_2;
  if (!is_http_2) {
    if (auto refusal = check_upgrade(request, fields)) return refusal;
  }
  if (fields.version != "13") return Refusal{426, "Sec-WebSocket-Version has to be 13"};
  if (!is_http_2) {
    into.key = fields.key.value_or("");
    if (!http::is_base64_of_16_bytes(into.key)) {
      return bad("Sec-WebSocket-Key has to be the base64 of 16 bytes");
    }
  }
  into.origin = fields.origin.value_or("");
  return std::nullopt;
}

std::string sec_websocket_accept(std::string_view key) {
  const std::string text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest;
  SHA1(reinterpret_cast<const unsigned char *>(text.data()), text.size(), digest.data());
  std::array<unsigned char, 32> encoded;
  const int size = EVP_EncodeBlock(encoded.data(), digest.data(), static_cast<int>(digest.size()));
  return {reinterpret_cast<const char *>(encoded.data()), static_cast<std::size_t>(size)};
}

}  // namespace slipring::web
