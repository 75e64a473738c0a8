// Answers to requests that do not become a WebSocket: one line of text, then the connection closes.
#pragma once

#include <slipring/abi.h>

#include <string>

namespace slipring::websocket {

struct HttpError {
  int status = 500;
  std::string message;        // one line for the client
  bool without_body = false;  // the request was HEAD

  // The whole response. 405 says which method is allowed, 426 what to upgrade to (RFC 6455 §4.4).
  std::string render() const;
};

// The HTTP status for the host's refusal of a session.
int http_status(slipring_status status);

}  // namespace slipring::websocket
