// Lacks slipring.render/1: it cannot serve a session that is subscribed.
#include <cstring>

#include "changed.hpp"

namespace {

using slipring::json_v1::Adapter;

constexpr slipring_adapter_factory factory = [] {
  auto changed = Adapter::factory;
  changed.get_extension = [](const char *id) -> const void * {
    return std::strcmp(id, SLIPRING_RENDER) == 0 ? nullptr : Adapter::factory.get_extension(id);
  };
  return changed;
}();

}  // namespace

constinit const slipring_entry_table slipring_entry = slipring::json_v1::entry_with<factory>();
