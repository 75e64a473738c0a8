// Dismissal: the sessions of one shard that are ended because the generation which serves them, or
// through whose transport they came, has to go. Each is told when to come back.
//
// It visits every slot once, as many sessions at a time as its caller asks for.
//
// Thread-safety: its shard.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

#include "session/shard_sessions.hpp"

namespace slipring::session {

class Dismissal {
 public:
  enum class Which {
    endless,  // leaves alone what ends by itself
    all
  };

  // `generation`: of an adapter or of a transport.
  Dismissal(ShardSessions &sessions, uint64_t generation, Which which)
      : sessions_(sessions), generation_(generation), which_(which) {}

  // Ends up to `count` further sessions, with SLIPRING_END_DEADLINE; each is told to come back
  // after what `comeback_ms` answers for it. Fewer than `count`: those were the last.
  size_t end_some(size_t count, std::string_view reason,
                  const std::function<uint32_t()> &comeback_ms);

 private:
  bool concerns(const Session &session) const;

  ShardSessions &sessions_;
  const uint64_t generation_;
  const Which which_;
  size_t next_ = 0;
};

}  // namespace slipring::session
