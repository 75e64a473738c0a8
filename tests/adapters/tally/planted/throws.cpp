// Breaks the ABI's first rule: a C++ exception leaves `receive`.
#include <cstring>
#include <stdexcept>

#include "tally.hpp"

namespace {

using Adapter = slipring::sdk::MessageAdapter<slipring::tally::Tally>;

slipring_status receive(void *, slipring_session, void *, const slipring_message *, size_t *) {
  throw std::runtime_error("thrown on purpose");
}

constexpr slipring_message_adapter profile = [] {
  auto changed = Adapter::profile;
  changed.receive = receive;
  return changed;
}();

constexpr slipring_adapter_factory factory = [] {
  auto changed = Adapter::factory;
  changed.get_extension = [](const char *id) -> const void * {
    return std::strcmp(id, SLIPRING_PROFILE_MESSAGE) == 0 ? &profile : nullptr;
  };
  return changed;
}();

constexpr slipring_entry_table changed_entry() {
  auto entry = slipring::sdk::entry<Adapter>();
  entry.get_factory = [](const char *) -> const void * { return &factory; };
  return entry;
}

}  // namespace

constinit const slipring_entry_table slipring_entry = changed_entry();
