// Limits: what one session may cost the host.
#pragma once

#include <chrono>
#include <cstddef>

namespace slipring::session {

struct Limits {
  // Bytes of one message, received or collected and not yet consumed.
  size_t message = size_t{1} << 20;
  // Bytes and messages queued for a client. At half of either the host stops reading from the
  // client.
  size_t queue_bytes = size_t{1} << 20;
  size_t queue_messages = 10'000;
  // How long a client may take nothing of what is queued for it.
  std::chrono::nanoseconds stall = std::chrono::seconds(30);
  // Subscriptions of one session, and filters of all of them.
  size_t subscriptions = 1000;
  size_t filters = 1000;
  // Publishes and other operations of one session that have not completed.
  size_t operations = 10'000;
  // What happens to an event for which a session's queue has no room, when the subscription does
  // not say (SLIPRING_DROP_…).
  uint32_t drop = 1;
  // Bytes of one session's exported state.
  size_t state = size_t{1} << 20;

  bool operator==(const Limits &) const = default;
};

}  // namespace slipring::session
