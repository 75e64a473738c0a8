// Entries of an adapter whose tables differ from what the SDK makes.
#pragma once

#include <slipring/cpp/plugin.hpp>

#include "connection.hpp"

namespace slipring::json_v1 {

// `factory` is the adapter's own, changed; it has to be static.
template <const slipring_adapter_factory &factory>
constexpr slipring_entry_table entry_with() {
  auto entry = sdk::entry<Adapter>();
  entry.get_factory = [](const char *) -> const void * { return &factory; };
  return entry;
}

}  // namespace slipring::json_v1
