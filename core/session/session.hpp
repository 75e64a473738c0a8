// Session: one exchange with one client, from open to close, on one shard for life.
//
// It outlives the generation of the adapter that serves it: what was received and not consumed,
// what is queued, and its name belong to the host. A move replaces `adapter` and `state` and
// touches nothing else.
//
// Thread-safety: its shard.
#pragma once

#include <slipring/ext/adapter.h>
#include <slipring/ext/profile-http-transport.h>
#include <slipring/ext/profile-message.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "plugin/generation.hpp"
#include "session/deliveries.hpp"
#include "session/dialled.hpp"
#include "session/exchange.hpp"
#include "session/outbound_queue.hpp"
#include "session/overflow.hpp"
#include "session/profile.hpp"
#include "session/reading.hpp"

namespace slipring::session {

using Clock = std::chrono::steady_clock;

// A transport's instance on a shard, for one endpoint and profile: the other end of its sessions.
// Outlives them.
struct TransportLink {
  Profile *profile = nullptr;
  const slipring_message_transport *messages = nullptr;  // of message/1; frames renderings
  const slipring_http_transport *exchanges = nullptr;    // of http/1
  void *instance = nullptr;
  uint64_t generation = 0;  // the transport's
  uint64_t sessions = 0;    // open now
  uint64_t opened = 0;      // ever
};

// A part of a message that came while the session waited.
struct HeldInput {
  size_t size = 0;
  uint8_t kind = 0;
  uint8_t more = 0;
};

struct Session {
  slipring_session id = 0;
  plugin::Instance *adapter = nullptr;  // who serves it now
  void *state = nullptr;                // the adapter's
  TransportLink *link = nullptr;
  void *connection = nullptr;  // the transport's
  Dialled *dialled = nullptr;  // when it began here

  std::string input;                             // received, not consumed
  std::unique_ptr<std::vector<HeldInput>> held;  // while it waits: what `input` consists of
  OutboundQueue queue;
  std::unique_ptr<Exchange> exchange;  // of http/1

  std::unique_ptr<Readings> readings;      // once it has subscribed
  std::unique_ptr<Deliveries> deliveries;  // once its adapter has set a window
  std::unique_ptr<Overflow> overflow;  // while its queue is over the limit, until it has drained
  uint32_t first_operation = 0;        // of those that have not completed
  uint32_t operations = 0;

  uint64_t received = 0;  // messages; of http/1 bytes of the body
  uint64_t sent = 0;
  Clock::time_point opened;
  Clock::time_point blocked_since;
  std::string peer;
  std::unique_ptr<const std::string> identity;  // whom its credential names; null: nobody
  std::shared_ptr<const std::string> path;      // shared with its mount
  std::string close_reason;
  uint16_t close_code = 0;
  uint8_t end_cause = 0;  // SLIPRING_END_… once known
  uint8_t input_kind = 0;

  bool waiting : 1 = false;       // its adapter answered PENDING: its input is held
  bool wants_room : 1 = false;    // a function of the host answered PENDING
  bool room_awaited : 1 = false;  // an operation waits for its queue to shrink
  bool dirty : 1 = false;         // on the list to be flushed at the end of the round
  bool blocked : 1 = false;       // the transport took less than everything; waits for `writable`
  bool watched : 1 = false;       // on the list of those that were blocked
  bool paused : 1 = false;        // not read from
  bool long_queue : 1 = false;    // over half the limit, until it is below a quarter
  bool behind : 1 = false;        // readings of it wait for room in its queue
  bool closing : 1 = false;       // to be closed once the queue is empty; no more input
  bool close_sent : 1 = false;    // the transport has been told
  bool dismissed : 1 = false;     // its adapter has said farewell
};

}  // namespace slipring::session
