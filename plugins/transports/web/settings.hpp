// The transport's configuration, as settings.schema.json describes it. Each limit has a default
// that a public port can live with.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "common/tls/settings.hpp"

namespace slipring::web {

struct HttpLimits {
  std::size_t head = 16 * 1024;   // bytes of a request's line and fields; of its trailers; over
                                  // HTTP/2 of the fields as decoded
  std::size_t fields = 100;       // fields of a head, or of trailers
  std::size_t target = 8 * 1024;  // bytes of the request target
  std::uint64_t body = 16 << 20;  // bytes of a request's body
  std::size_t chunk_line = 256;   // bytes of a chunk's size and extensions (RFC 9112 §7.1.1)
};

struct Http2Limits {
  std::uint32_t streams = 100;        // open at a time on one connection
  std::uint32_t window = 64 * 1024;   // flow control: of a stream, unread body bytes
  std::uint32_t header_table = 4096;  // HPACK: bytes of the dynamic table
  std::uint32_t resets = 100;         // of the peer's, or for its errors, within `interval`
  std::uint32_t pings = 20;           // PING, SETTINGS, and empty frames likewise
  std::chrono::seconds interval{10};
};

struct WebSocketLimits {
  std::size_t message = 16 << 20;  // bytes of one message after inflating; 1009 (RFC 6455 §7.4.1)
  bool compress = true;            // permessage-deflate (RFC 7692) for who offers it
  std::size_t compress_from = 64;  // bytes: what is shorter is sent as it is
  std::size_t deflate_memory = 16 << 20;  // bytes of inflaters and deflaters on a shard; when used
                                          // up, new connections are not compressed
};

struct Times {
  std::chrono::milliseconds tls{10'000};
  std::chrono::milliseconds head{10'000};
  std::chrono::milliseconds body{60'000};
  std::chrono::milliseconds idle{75'000};
  std::chrono::milliseconds ping_interval{30'000};
  std::chrono::milliseconds pong{10'000};
  std::chrono::milliseconds close{3'000};
};

struct Settings {
  HttpLimits http;
  Http2Limits http2;
  WebSocketLimits websocket;
  Times times;
  std::size_t connections = 0;              // on a shard; 0: as many as there are descriptors
  std::size_t connections_per_address = 0;  // on a shard; 0: no limit
  std::optional<tls::Settings> tls;         // none: in the clear

  // Throws sdk::Error with INVALID_ARGUMENT. `json`: empty, or an object valid by the schema.
  static Settings parse(std::string_view json);
};

}  // namespace slipring::web
