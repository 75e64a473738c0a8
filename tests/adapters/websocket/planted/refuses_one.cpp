// Takes every session but one: the hundredth it is asked to import, so that others have moved.
#include <atomic>

#include "changed.hpp"

namespace {

using slipring::json_v1::Adapter;

std::atomic<int> imported = 0;

slipring_status import_state(void *instance, slipring_session session, uint32_t schema,
                             slipring_bytes exported, const slipring_writer *reason, void **state) {
  if (++imported == 100) {
    (void)slipring::sdk::Writer(reason).write("this session is refused on purpose");
    return SLIPRING_FAILED_PRECONDITION;
  }
  return Adapter::factory.import_state(instance, session, schema, exported, reason, state);
}

constexpr slipring_adapter_factory factory = [] {
  auto changed = Adapter::factory;
  changed.import_state = import_state;
  return changed;
}();

}  // namespace

constinit const slipring_entry_table slipring_entry = slipring::json_v1::entry_with<factory>();
