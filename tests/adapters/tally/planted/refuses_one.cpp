// Takes every session but one: the first it is asked to import, however often it is asked.
#include <atomic>

#include "tally.hpp"

namespace {

using Adapter = slipring::sdk::MessageAdapter<slipring::tally::Tally>;

std::atomic<slipring_session> refused = 0;

slipring_status import_state(void *instance, slipring_session session, uint32_t schema,
                             slipring_bytes exported, const slipring_writer *reason, void **state) {
  slipring_session none = 0;
  if (refused.compare_exchange_strong(none, session) || none == session) {
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

constexpr slipring_entry_table changed_entry() {
  auto entry = slipring::sdk::entry<Adapter>();
  entry.get_factory = [](const char *) -> const void * { return &factory; };
  return entry;
}

}  // namespace

constinit const slipring_entry_table slipring_entry = changed_entry();
