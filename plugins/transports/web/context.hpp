// Context: what all connections of one endpoint on one shard share.
#pragma once

#include <slipring/cpp/host.hpp>

#include "deadlines.hpp"
#include "front.hpp"
#include "settings.hpp"

namespace slipring::web {

class Compression;  // websocket/compression.hpp

// What is refused, and what took too long. One line in the log for each burst of a kind is written
// by whoever counts.
struct Counters {
  Counters() = default;  // counts nothing
  explicit Counters(const sdk::Host &host);

  sdk::Counter requests;          // heads read whole, over either version
  sdk::Counter bad_requests;      // refused before the host saw them: syntax, framing, limits
  sdk::Counter bad_responses;     // of adapters: fields that would split or frame a response
  sdk::Counter timeouts;          // late heads, bodies, TLS handshakes
  sdk::Counter http2_errors;      // connection errors of a peer (RFC 9113 §5.4.1)
  sdk::Counter floods;            // connections ended for resets, pings, settings
  sdk::Counter websocket_errors;  // RFC 6455 §7.1.7: failed for what the peer sent
  sdk::Counter pings_sent;
  sdk::Counter dead_peers;           // no pong in time
  sdk::Counter close_timeouts;       // no answer to a close in time
  sdk::Counter connections_refused;  // over a limit of connections
  sdk::Counter tls_errors;           // handshakes that failed
};

struct Context {
  Front &front;
  Deadlines &deadlines;
  Counters &counters;
  const Settings &settings;
  Compression *compression = nullptr;  // the shard's; without one no WebSocket is compressed
};

}  // namespace slipring::web
