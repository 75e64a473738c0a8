// The ids that a client has given to its subscriptions, and the numbers the host knows them by. It
// is all that a session remembers; it moves with the session to another version.
//
// Thread-safety: one thread.
#pragma once

#include <cstdint>
#include <slipring/cpp/status.hpp>
#include <slipring/cpp/writer.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "state_v2_generated.h"

namespace slipring::json_v1 {

// A subscription that was taken back before its answer is kept until the answer has come: the
// client gets exactly one for each subscribe.
using Phase = state::Phase;

class Subscriptions {
 public:
  struct Entry {
    uint64_t number;
    std::string client;  // the id as JSON text
    Phase phase;
    bool cursors;  // its events carry them
  };

  // The number that the next add() gives: a subscription is added when the host has taken it.
  uint64_t next_number() const noexcept { return last_number_ + 1; }

  // REQUIRES: no entry has this id.
  void add(std::string_view client, bool cursors);
  void remove(uint64_t number) noexcept;

  // nullptr: there is none.
  Entry *find(std::string_view client) noexcept;
  Entry *find(uint64_t number) noexcept;
  // The one whose events carry cursors and that has not been taken back.
  Entry *find_with_cursors() noexcept;

  size_t size() const noexcept { return entries_.size(); }

  // Session state in schema 1 or 2. `load` verifies all of it; not OK: this is as it was.
  sdk::Status save(sdk::Writer &writer, uint32_t schema) const;
  sdk::Status load(std::string_view exported, uint32_t schema);

 private:
  uint64_t last_number_ = 0;
  std::vector<Entry> entries_;  // by number
};

}  // namespace slipring::json_v1
