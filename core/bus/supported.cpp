#include "bus/supported.hpp"

namespace slipring::bus {

Status check_supported(const event::Event &event) {
  const schema::Delivery *const delivery = event.root().delivery();
  if (delivery == nullptr) return Status::ok();
  if (delivery->retain()) {
    return {SLIPRING_UNIMPLEMENTED, "event: retained events are not implemented yet"};
  }
  if (delivery->deduplication_id() != nullptr && delivery->deduplication_id()->size() != 0) {
    return {SLIPRING_UNIMPLEMENTED, "event: deduplication is not implemented yet"};
  }
  return Status::ok();
}

}  // namespace slipring::bus
