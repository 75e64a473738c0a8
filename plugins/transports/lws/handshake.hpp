// The client's half of the WebSocket opening handshake (RFC 6455 §4.2.1), read strictly.
//
// The transport reads the request itself and gives libwebsockets a request of its own making
// (`canonical_request`): the library's HTTP parser is too forgiving to face the network. What is
// refused here, because parsers in front of us may read it differently (RFC 9112 §2.2, §5, §6): a
// bare LF or CR, control bytes, obs-fold, a space before a colon, none or several Hosts, a target
// that is not in origin-form, a body.
//
// Not thread-safe; a parser belongs to one connection.
#pragma once

#include <slipring/ext/field.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/http_error.hpp"

namespace slipring::websocket {

// What the client asked for. Valid as long as the parser it came from.
struct Handshake {
  std::string_view path;               // "/echo", as sent
  std::string_view query;              // without "?"
  std::string_view authority;          // Host
  std::string_view origin;             // empty when not sent
  std::string_view key;                // Sec-WebSocket-Key
  std::string subprotocols;            // all that is offered, "a, b"
  std::vector<slipring_field> fields;  // those in which a credential may be
};

class HandshakeParser {
 public:
  enum class State { incomplete, complete, refused };

  // `limit`: most bytes of a request head. REQUIRES: limit > 0.
  explicit HandshakeParser(std::size_t limit) : limit_(limit) {}

  HandshakeParser(const HandshakeParser &) = delete;
  HandshakeParser &operator=(const HandshakeParser &) = delete;

  // Takes what the client sent next. Bytes behind the head are refused: the client has to wait for
  // the answer (RFC 6455 §4.1). REQUIRES: the last answer was `incomplete`.
  State feed(std::string_view bytes);

  // REQUIRES: `feed` answered `complete`.
  const Handshake &handshake() const { return handshake_; }

  // REQUIRES: `feed` answered `refused`.
  const HttpError &error() const { return error_; }

 private:
  // Offsets into head_, which may move while it grows.
  struct Span {
    std::size_t begin = 0;
    std::size_t size = 0;
    bool present = false;
  };

  bool request_line(std::size_t begin, std::size_t end);
  bool field_line(std::size_t begin, std::size_t end);
  bool known_field(std::string_view name, Span value);
  bool conclude();

  bool single(Span &field, Span value, std::string_view name);
  bool add_subprotocols(std::string_view list);
  bool keep(std::string_view name, Span value);
  bool refuse(int status, std::string message);
  std::string_view text(Span span) const {
    return std::string_view(head_).substr(span.begin, span.size);
  }

  std::size_t limit_;
  std::string head_;
  std::size_t line_ = 0;  // where the line being read begins
  std::size_t seen_ = 0;  // bytes of head_ already looked at
  std::size_t fields_ = 0;
  bool started_ = false;  // the request line has been read

  Span method_, target_, version_, host_, origin_, key_, websocket_version_;
  std::vector<std::pair<std::string_view, Span>> kept_;  // names are static
  bool upgrades_to_websocket_ = false;
  bool connection_upgrade_ = false;
  bool has_body_ = false;

  Handshake handshake_;
  HttpError error_;
};

// The request given to libwebsockets in place of the client's: same key, nothing else of it.
std::string canonical_request(std::string_view key);

}  // namespace slipring::websocket
