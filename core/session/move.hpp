// Move: carries the sessions of one shard from whatever generation serves them to another of the
// same plugin.
//
// The walk visits every slot once, in slices: a slice ends when its time is up, and the next one
// comes after a rest as long, so that traffic passes in between and the longest stall a client can
// see is one slice, however many sessions there are. One session moves in one step: export from the
// old, import into the new, rebind, release. Until import has succeeded the old state is untouched;
// a session that cannot be imported stays where it is, and the report says why. Sessions opened
// during the walk go to the new generation already, because every shard has switched before the
// first one starts.
//
// Thread-safety: its shard. A Move keeps itself alive until it has called `done`.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "session/shard_events.hpp"
#include "shard/shard.hpp"

namespace slipring::session {

struct MoveReport {
  uint32_t shard = 0;
  uint64_t sessions = 0;  // of that plugin on that shard when the walk reached them
  uint64_t moved = 0;
  uint64_t stayed = 0;           // could not be exported or imported
  uint64_t with_input = 0;       // moved with input the host holds for them
  uint64_t with_output = 0;      // moved with messages queued
  uint64_t messages_during = 0;  // received by the shard between the walk's begin and end
  std::vector<std::chrono::nanoseconds> slices;
  std::vector<std::string> reasons;  // distinct ones of those that stayed, at most 10
};

class Move : public std::enable_shared_from_this<Move> {
 public:
  using Done = std::function<void(MoveReport)>;

  // Starts a walk to `target`; `done` is called on the shard, possibly before this returns.
  static void start(shard::Shard &shard, ShardSessions &sessions, plugin::Instance &target,
                    std::chrono::nanoseconds slice, Done done);

 private:
  Move(shard::Shard &shard, ShardSessions &sessions, plugin::Instance &target,
       std::chrono::nanoseconds slice, Done done);

  void run_slice();
  void visit(Session &session);
  bool move_with_state(Session &session);
  bool move_without_state(Session &session);
  // Nothing: it stays, and the report says why.
  std::optional<ShardEvents::Carried> carry(const Session &session, std::optional<uint32_t> schema);
  void rebind(Session &session, void *state, const ShardEvents::Carried &carried);
  void stay(std::string reason);

  ShardSessions &sessions_;
  plugin::Instance &target_;
  const std::chrono::nanoseconds slice_;
  // Between slices the shard rests as long as a slice: with fewer cores than shards a walk without
  // pause would keep others from running for a quantum of the kernel's scheduler.
  boost::asio::steady_timer rest_;
  Done done_;
  size_t next_slot_ = 0;
  size_t end_slot_;
  const uint64_t messages_before_;
  StringWriter exported_;
  StringWriter reason_;
  MoveReport report_;
};

}  // namespace slipring::session
