#include "shard.hpp"

#include <algorithm>
#include <slipring/cpp/status.hpp>

#include "connection.hpp"
#include "dialler.hpp"
#include "pending.hpp"
#include "tcp_progress.hpp"

namespace slipring::websocket {
namespace {

// The timer's grain: deadlines closer together than this are served together.
constexpr auto grain = std::chrono::milliseconds(5);
constexpr auto linger_time = std::chrono::seconds(1);
constexpr auto stuck_time = std::chrono::milliseconds(250);

const slipring_message_sessions &sessions_of(const sdk::Host &host) {
  const auto *table = host.extension<slipring_message_sessions>(SLIPRING_MESSAGE_SESSIONS);
  if (table == nullptr) {
    throw sdk::Error(SLIPRING_FAILED_PRECONDITION, "the host lacks " SLIPRING_MESSAGE_SESSIONS);
  }
  return *table;
}

}  // namespace

Counters::Counters(const sdk::Host &host)
    : handshakes_refused(host.counter("handshakes_refused_total")),
      handshake_timeouts(host.counter("handshake_timeouts_total")),
      invalid_utf8(host.counter("invalid_utf8_total")),
      protocol_errors(host.counter("protocol_errors_total")),
      pings_sent(host.counter("pings_sent_total")),
      dead_peers(host.counter("dead_peers_total")),
      close_timeouts(host.counter("close_timeouts_total")) {}

Shard::Shard(const slipring_host *raw_host, const slipring_loop &shard_loop,
             const Settings &given_settings, lws_callback_function *callback, void *user)
    : settings(given_settings),
      host(raw_host),
      sessions(sessions_of(host)),
      loop(shard_loop),
      counters(host),
      pump(shard_loop),
      library(pump.uv(), callback, user),
      liveness(settings.liveness),
      handshakes(settings.handshake_timeout),
      lingering(linger_time),
      dialling(settings.handshake_timeout),
      stuck(stuck_time),
      timer_(loop.timer(
          &loop, [](void *self) { static_cast<Shard *>(self)->due(); }, this)) {
  pump.touch();
}

Shard::~Shard() {
  loop.timer_end(timer_);
}

std::uint32_t Shard::acknowledged_bytes(int socket) const {
  if (relays == nullptr) return websocket::acknowledged_bytes(socket);
  const TlsRelay *const relay = relays->before(socket);
  return relay != nullptr ? relay->acknowledged_bytes() : 0;
}

bool Shard::peer_has_finished(int socket) const {
  if (relays == nullptr) return websocket::peer_has_finished(socket);
  const TlsRelay *const relay = relays->before(socket);
  return relay == nullptr || relay->peer_has_finished();
}

void Shard::schedule() {
  std::optional<Time> next = liveness.next();
  const auto relay = relays != nullptr ? relays->next() : std::nullopt;
  for (const auto &queue :
       {handshakes.next(), lingering.next(), dialling.next(), stuck.next(), relay}) {
    if (queue && (!next || *queue < *next)) next = queue;
  }
  if (!next || (scheduled_ && *scheduled_ <= *next)) return;
  scheduled_ = next;
  const auto delay = std::max<Clock::duration>(*next - now(), grain);
  loop.timer_set(timer_, static_cast<uint64_t>(
                             std::chrono::duration_cast<std::chrono::nanoseconds>(delay).count()));
}

void Shard::due() {
  scheduled_.reset();
  const Time time = now();
  while (auto *late = static_cast<Pending *>(handshakes.pop_due(time))) late->timed_out();
  while (auto *late = static_cast<Pending *>(lingering.pop_due(time))) late->linger_over();
  while (auto *entry = dialling.pop_due(time)) Dialler::timed_out(*entry);
  while (auto *entry = stuck.pop_due(time)) Connection::still_stuck(*entry);
  if (relays != nullptr) relays->advance(time);
  liveness.advance(time);
  schedule();
}

}  // namespace slipring::websocket
