// How an HTTP request becomes a WebSocket: what HTTP/1.1 (RFC 6455 §4) and HTTP/2 (RFC 8441) ask of
// the folder websocket/.
#pragma once

#include <slipring/ext/profile-http.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "context.hpp"
#include "link.hpp"

namespace slipring::web {

struct Upgrade {
  std::unique_ptr<Protocol> protocol;  // to be spoken on the link from now on; nullptr: refused
  int code = 0;        // of the answer: 101 over HTTP/1.1, 200 over HTTP/2; or why not
  std::string reason;  // one line for a client that is refused
  // What belongs into the answer, in lower case: sec-websocket-accept, -protocol, -extensions; or
  // -version for one that is refused for its version (426).
  std::vector<std::pair<std::string, std::string>> fields;
};

// Whether a request of HTTP/1.1 asks for a WebSocket, well or badly: `Upgrade` lists `websocket`.
bool asks_for_websocket(const slipring_http_request &request);

// Checks the handshake, has the host open the session, and makes what is spoken from now on.
// `request.fields` are all fields, with those of framing; over HTTP/2 (`request.version` 20) it was
// an extended CONNECT with `:protocol` websocket. The answer has to go out before anything else
// does. REQUIRES: `link` outlives the protocol; neither is used before `Link::become`, or for a
// tunnel before the answer.
Upgrade open_websocket(Context &context, Link &link, const slipring_http_request &request);

}  // namespace slipring::web
