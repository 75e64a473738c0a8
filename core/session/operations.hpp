// Operations: what the sessions of a shard wait for, by token (slipring/ext/completion.h).
//
// A token names a slot and how often it was used, so finding one is an index and a comparison, and
// one whose operation has ended is found out. The operations of a session are linked: a move visits
// them, the session's end forgets them.
//
// Thread-safety: its shard. Operation pointers are valid until the next add().
#pragma once

#include <slipring/ext/completion.h>

#include <array>
#include <cstdint>
#include <vector>

#include "session/session.hpp"

namespace slipring::session {

// An adapter's tag, kept.
class KeptTag {
 public:
  KeptTag() = default;
  // REQUIRES: at most SLIPRING_TAG_MAX bytes.
  KeptTag(const slipring_tag *tag, uint32_t newest_schema);
  slipring_tag lend() const { return {{bytes_.data(), size_}, kind_, schema_}; }

 private:
  std::array<uint8_t, SLIPRING_TAG_MAX> bytes_{};
  uint8_t size_ = 0;
  uint32_t kind_ = 0;
  uint32_t schema_ = 0;
};

struct Operation {
  Session *session = nullptr;
  slipring_token token = 0;
  uint32_t kind = 0;    // SLIPRING_DONE_…
  uint64_t number = 0;  // of ROOM: the bytes; of READ: its serial; of TIMER: when (timers.hpp)
  KeptTag tag;

 private:
  friend class Operations;
  uint32_t use_ = 0;
  uint32_t next_ = 0;  // of the same session
  uint32_t previous_ = 0;
};

class Operations {
 public:
  Operation &add(Session &session, uint32_t kind, const KeptTag &tag);
  Operation *find(slipring_token token);
  // The operation has ended; a copy, because what follows may add others.
  Operation take(Operation &operation);
  void forget_all_of(Session &session);

  // Calls `visit(Operation &)` for each of the session's, oldest last.
  template <class Visit>
  void for_each_of(const Session &session, Visit visit) {
    for (uint32_t slot = session.first_operation; slot != 0;) {
      Operation &operation = slots_[slot];
      slot = operation.next_;
      visit(operation);
    }
  }

 private:
  static constexpr uint32_t slot_bits = 24;

  std::vector<Operation> slots_{1};  // the first is never used: 0 is none
  std::vector<uint32_t> free_;
};

}  // namespace slipring::session
