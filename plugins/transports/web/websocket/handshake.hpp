// The client's half of a WebSocket handshake, checked (RFC 6455 §4.2.1; over HTTP/2 RFC 8441 §5).
#pragma once

#include <slipring/ext/profile-http.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "deflate_offer.hpp"

namespace slipring::web {

// What the client asks for; valid as long as the request.
struct WebSocketRequest {
  std::string_view key;      // Sec-WebSocket-Key; empty over HTTP/2
  std::string_view origin;   // empty: not sent
  std::string subprotocols;  // all that is offered, "a, b"
  std::vector<ExtensionOffer> extensions;
};

struct Refusal {
  int code = 0;
  std::string reason;
};

// Fills `into`. Nothing: the request is right.
std::optional<Refusal> check_websocket_request(const slipring_http_request &request,
                                               WebSocketRequest &into);

// RFC 6455 §4.2.2 (5.4).
std::string sec_websocket_accept(std::string_view key);

}  // namespace slipring::web
