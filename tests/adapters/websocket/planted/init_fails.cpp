// Answers `init` with a failure.
#include <slipring/cpp/plugin.hpp>

#include "connection.hpp"

namespace {

constexpr slipring_entry_table changed_entry() {
  auto entry = slipring::sdk::entry<slipring::json_v1::Adapter>();
  entry.init = [](const slipring_host *) -> slipring_status { return SLIPRING_UNAVAILABLE; };
  return entry;
}

}  // namespace

constinit const slipring_entry_table slipring_entry = changed_entry();
