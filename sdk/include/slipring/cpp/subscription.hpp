// What a session subscribes to (ext/subscribe.h).
#ifndef SLIPRING_CPP_SUBSCRIPTION_HPP
#define SLIPRING_CPP_SUBSCRIPTION_HPP

#include <slipring/ext/subscribe.h>

#include <cstdint>
#include <span>

namespace slipring::sdk {

// Where reading begins.
struct Start {
  uint32_t kind = SLIPRING_START_NOW;            // SLIPRING_START_…
  uint64_t number = 0;                           // LAST: how many; TIME: Unix time in ns
  std::span<const slipring_bytes> cursors = {};  // AFTER: cursors or positions as text
};

// How events reach the client: rendered once for all (`render`), or event by event (`deliver`).
enum class Mode : uint32_t {
  shared = SLIPRING_DELIVER_SHARED,
  per_session = SLIPRING_DELIVER_PER_SESSION
};

// What becomes of an event of an ephemeral topic when the session's queue is full.
enum class Drop : uint32_t {
  as_configured = 0,
  newest = SLIPRING_DROP_NEWEST,
  oldest = SLIPRING_DROP_OLDEST,
  latest_per_key = SLIPRING_DROP_LATEST_PER_KEY,
  by_priority = SLIPRING_DROP_BY_PRIORITY,
  disconnect = SLIPRING_DROP_DISCONNECT
};

// Borrowed for the call of Session::subscribe.
struct Subscription {
  uint64_t id = 0;                               // the adapter's own, unique in the session
  std::span<const slipring_bytes> filters = {};  // MQTT's: + is one level, # is the rest
  Start start = {};
  Mode mode = Mode::shared;
  Drop drop = Drop::as_configured;
  uint64_t format = 0;    // comes back in `render`; part of the adapter's state schema
  bool skip_own = false;  // not what this session published
};

// What a session reads once (ext/read.h). Borrowed for the call of Session::read.
struct ReadQuery {
  std::span<const slipring_bytes> filters = {};
  Start start = {};          // not NOW, unless it waits
  uint64_t limit = 0;        // events at most; 0: 100
  uint64_t limit_bytes = 0;  // of them together; 0: as much as the session's queue may have
  uint64_t wait_ns = 0;      // when there is none yet; 0: answer at once
};

}  // namespace slipring::sdk

#endif
