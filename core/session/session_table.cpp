#include "session/session_table.hpp"

namespace slipring::session {

namespace {
constexpr int slot_bits = 24;
constexpr int use_bits = 32;
constexpr uint64_t slot_mask = (uint64_t{1} << slot_bits) - 1;
}  // namespace

Session *SessionTable::insert() {
  uint32_t slot = 0;
  if (!free_.empty()) {
    slot = free_.back();
    free_.pop_back();
  } else {
    if (slots_.size() == max_sessions) return nullptr;
    slot = static_cast<uint32_t>(slots_.size());
    slots_.emplace_back();
  }
  Slot &entry = slots_[slot];
  entry.use += entry.use == UINT32_MAX ? 2 : 1;  // never 0: id 0 is no session
  entry.session = std::make_unique<Session>();
  entry.session->id = shard_ << (slot_bits + use_bits) | uint64_t{entry.use} << slot_bits | slot;
  ++used_;
  return entry.session.get();
}

Session *SessionTable::find(slipring_session id) {
  const uint64_t slot = id & slot_mask;
  if (slot >= slots_.size()) return nullptr;
  Session *const session = slots_[slot].session.get();
  return session != nullptr && session->id == id ? session : nullptr;
}

void SessionTable::erase(slipring_session id) {
  if (find(id) == nullptr) return;
  const auto slot = static_cast<uint32_t>(id & slot_mask);
  slots_[slot].session.reset();
  free_.push_back(slot);
  --used_;
}

}  // namespace slipring::session
