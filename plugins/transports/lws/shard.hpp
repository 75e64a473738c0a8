// What all connections of one instance share: the host's tables, counters, libwebsockets on the
// shard's loop, the watch over their liveness, one buffer to join frames in.
//
// Not thread-safe: one per instance, used on its shard.
#pragma once

#include <libwebsockets.h>
#include <slipring/ext/profile-message.h>

#include <array>
#include <memory>
#include <optional>
#include <slipring/cpp/host.hpp>

#include "census.hpp"
#include "common/liveness.hpp"
#include "frame_check.hpp"
#include "library.hpp"
#include "loop_pump.hpp"
#include "settings.hpp"
#include "tls_relays.hpp"

namespace slipring::websocket {

struct Counters {
  explicit Counters(const sdk::Host &host);

  sdk::Counter handshakes_refused;
  sdk::Counter handshake_timeouts;
  sdk::Counter invalid_utf8;
  sdk::Counter protocol_errors;
  sdk::Counter pings_sent;
  sdk::Counter dead_peers;
  sdk::Counter close_timeouts;
};

class Shard {
 public:
  // Throws sdk::Error.
  Shard(const slipring_host *host, const slipring_loop &loop, const Settings &settings,
        lws_callback_function *callback, void *user);
  ~Shard();
  Shard(const Shard &) = delete;
  Shard &operator=(const Shard &) = delete;

  static Time now() { return Clock::now(); }

  // Of the client whose connection is served on that socket; see tcp_progress.hpp.
  std::uint32_t acknowledged_bytes(int socket) const;
  bool peer_has_finished(int socket) const;

  // Sets the timer for what is due next. Call after giving something a deadline.
  void schedule();

  const Settings settings;
  const sdk::Host host;
  const slipring_message_sessions &sessions;
  const slipring_loop &loop;
  Counters counters;
  Census census;  // of accepted sockets, in whatever state
  LoopPump pump;
  Library library;
  Liveness liveness;
  DeadlineQueue handshakes;           // of Pending
  DeadlineQueue lingering;            // of Pending
  DeadlineQueue dialling;             // of Dialler
  DeadlineQueue stuck;                // of Connection: with output that the socket does not take
  std::unique_ptr<TlsRelays> relays;  // nullptr: in the clear

  ReadBuffer read_buffer;  // libwebsockets'

  static constexpr std::size_t join_bytes = 64 * 1024;
  std::array<unsigned char, LWS_PRE + join_bytes> join;

 private:
  void due();

  slipring_timer *timer_;
  std::optional<Time> scheduled_;
};

}  // namespace slipring::websocket
