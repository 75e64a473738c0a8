#include "session/operations.hpp"

#include <algorithm>

namespace slipring::session {

KeptTag::KeptTag(const slipring_tag *tag, uint32_t newest_schema) : schema_(newest_schema) {
  if (tag == nullptr) return;
  size_ = static_cast<uint8_t>(tag->bytes.size);
  std::copy_n(tag->bytes.data, size_, bytes_.begin());
  kind_ = tag->kind;
  if (tag->schema != 0) schema_ = tag->schema;
}

Operation &Operations::add(Session &session, uint32_t kind, const KeptTag &tag) {
  uint32_t slot = 0;
  if (free_.empty()) {
    slot = static_cast<uint32_t>(slots_.size());
    slots_.emplace_back();
  } else {
    slot = free_.back();
    free_.pop_back();
  }
  Operation &operation = slots_[slot];
  operation.session = &session;
  operation.kind = kind;
  operation.number = 0;
  operation.tag = tag;
  operation.token = (uint64_t{++operation.use_} << slot_bits) | slot;
  operation.previous_ = 0;
  operation.next_ = session.first_operation;
  if (operation.next_ != 0) slots_[operation.next_].previous_ = slot;
  session.first_operation = slot;
  ++session.operations;
  return operation;
}

Operation *Operations::find(slipring_token token) {
  const auto slot = static_cast<uint32_t>(token & ((1u << slot_bits) - 1));
  if (slot == 0 || slot >= slots_.size()) return nullptr;
  Operation &operation = slots_[slot];
  return operation.session != nullptr && operation.token == token ? &operation : nullptr;
}

Operation Operations::take(Operation &operation) {
  const Operation taken = operation;
  Session &session = *operation.session;
  const auto slot = static_cast<uint32_t>(operation.token & ((1u << slot_bits) - 1));
  if (operation.next_ != 0) slots_[operation.next_].previous_ = operation.previous_;
  if (operation.previous_ != 0) {
    slots_[operation.previous_].next_ = operation.next_;
  } else {
    session.first_operation = operation.next_;
  }
  --session.operations;
  operation.session = nullptr;
  free_.push_back(slot);
  return taken;
}

void Operations::forget_all_of(Session &session) {
  while (session.first_operation != 0) take(slots_[session.first_operation]);
}

}  // namespace slipring::session
