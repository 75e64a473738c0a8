// Answers to requests that do not become a WebSocket: one line of text, then the connection closes.
#pragma once

#include <slipring/ext/field.h>

#include <span>
#include <string>
#include <string_view>

namespace slipring::websocket {

struct HttpError {
  int status = 500;
  std::string message;           // one line for the client
  bool without_body = false;     // the request was HEAD
  std::string_view challenge{};  // of 401; static

  // The whole response. 405 says which method is allowed, 426 what to upgrade to (RFC 6455 §4.4).
  std::string render() const;
};

// The HTTP status for the host's refusal of a session.
int http_status(slipring_status status);

// The challenge of a 401 to a request with these fields, as every 401 has one (RFC 9110 §15.5.2).
// That its token is wrong is said to who brought one (RFC 6750 §3.1).
std::string_view challenge_for(std::span<const slipring_field> fields);

// The body of an answer of type application/problem+json (RFC 9457). `detail`: UTF-8.
std::string problem(int status, std::string_view detail);

}  // namespace slipring::websocket
