// All relays of one instance, and the certificates that new ones begin with.
//
// Not thread-safe: used on its shard.
#pragma once

#include <slipring/ext/loop.h>
#include <slipring/ext/transport.h>

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <slipring/cpp/host.hpp>
#include <string>
#include <unordered_map>

#include "census.hpp"
#include "common/tls/context.hpp"
#include "tls_relay.hpp"

namespace slipring::websocket {

class TlsRelays {
 public:
  // Takes the far end of a pair, as if a client had just connected in the clear.
  using Accept = std::function<void(const slipring_accepted &)>;

  // Reads the certificates. Throws sdk::Error. `schedule`: called when `next` may have changed.
  TlsRelays(const sdk::Host &host, const slipring_loop &loop, Census &census,
            const tls::Settings &settings, Clock::duration handshake_timeout,
            std::function<void()> schedule, Accept accept);
  ~TlsRelays();
  TlsRelays(const TlsRelays &) = delete;
  TlsRelays &operator=(const TlsRelays &) = delete;

  void adopt(const slipring_accepted &accepted);

  // Reads the files again, for new connections; one line about them. Throws sdk::Error, and then
  // nothing has changed.
  std::string reload();

  // The relay before that end of a pair, or nullptr when it has gone.
  const TlsRelay *before(int far_end) const;

  // Before the end: has each send what it can still get from the pair.
  void flush();

  void advance(Time now);
  std::optional<Time> next() const;

 private:
  friend class TlsRelay;

  void schedule(DeadlineQueue &queue, TlsRelay &relay);
  void end(TlsRelay &relay);

  const sdk::Host &host_;
  const slipring_loop &loop_;
  Census &census_;
  const tls::Settings settings_;
  const std::function<void()> schedule_;
  const Accept accept_;
  std::shared_ptr<tls::Context> context_;
  sdk::Counter errors_;
  sdk::Counter timeouts_;
  DeadlineQueue handshakes_;
  DeadlineQueue watched_;  // output that does not move, and ends that are not answered
  std::unordered_map<const TlsRelay *, std::unique_ptr<TlsRelay>> relays_;
  std::unordered_map<int, TlsRelay *> by_far_end_;
  std::array<char, 16 * 1024> buffer_;  // a TLS record's most
};

}  // namespace slipring::websocket
