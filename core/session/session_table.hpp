// SessionTable: the sessions of one shard, by id.
//
// An id is shard (8 bits), use count of the slot (32) and slot (24): looking one up is an index and
// a comparison, and the id of a session that has ended is found out.
//
// Thread-safety: its shard. Session pointers stay valid until erase().
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "session/session.hpp"

namespace slipring::session {

class SessionTable {
 public:
  static constexpr size_t max_shards = 255;
  static constexpr size_t max_sessions = size_t{1} << 24;

  // REQUIRES: shard < max_shards.
  explicit SessionTable(uint32_t shard) : shard_(shard) {}

  // A new session with its id set; nullptr when the table is full.
  Session *insert();
  Session *find(slipring_session id);
  void erase(slipring_session id);

  size_t size() const { return used_; }
  // Slots ever used: visit them by index; at() is nullptr for an empty one.
  size_t slots() const { return slots_.size(); }
  Session *at(size_t slot) { return slots_[slot].session.get(); }

 private:
  struct Slot {
    uint32_t use = 0;
    std::unique_ptr<Session> session;
  };

  const uint64_t shard_;
  std::vector<Slot> slots_;
  std::vector<uint32_t> free_;
  size_t used_ = 0;
};

}  // namespace slipring::session
