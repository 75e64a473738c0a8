// SLIPRING_PLUGIN(Adapter): the one exported symbol of a plugin. Written once, in one source file:
//
//   SLIPRING_PLUGIN(slipring::sdk::StatelessMessageAdapter<Echo>);
//
// Name, version and state schemas come from slipring_add_plugin(), like the manifest.
#ifndef SLIPRING_CPP_PLUGIN_HPP
#define SLIPRING_CPP_PLUGIN_HPP

#include <slipring/abi.h>
#include <slipring_plugin_manifest.h>

#include <string_view>

namespace slipring::sdk {

// OK when `host` speaks the ABI that this plugin was compiled against.
inline slipring_status init(const slipring_host *host) noexcept {
  const bool fits = host->struct_size >= sizeof(slipring_host) &&
                    host->abi_major == SLIPRING_ABI_MAJOR && host->abi_minor >= SLIPRING_ABI_MINOR;
  return fits ? SLIPRING_OK : SLIPRING_FAILED_PRECONDITION;
}

inline void deinit() noexcept {}

inline constexpr slipring_descriptor descriptor = {
    sizeof(slipring_descriptor), SLIPRING_PLUGIN_NAME, SLIPRING_PLUGIN_VERSION,
    SLIPRING_PLUGIN_STATE_SCHEMA, SLIPRING_PLUGIN_STATE_SCHEMA_OLDEST};

// The entry of an adapter; a plugin with ways of its own changes a copy.
template <class Adapter>
constexpr slipring_entry_table entry() {
  constexpr std::string_view continuity = SLIPRING_PLUGIN_CONTINUITY;
  static_assert(continuity != "rebind" || !Adapter::has_state,
                "CONTINUITY rebind moves nothing: use StatelessMessageAdapter, or handoff");
  static_assert(continuity != "handoff" || Adapter::moves,
                "CONTINUITY handoff needs Status save(Writer &, uint32_t) const and "
                "Status load(std::string_view, uint32_t)");
  return {sizeof(slipring_entry_table),
          SLIPRING_ABI_MAJOR,
          SLIPRING_ABI_MINOR,
          &descriptor,
          init,
          deinit,
          Adapter::get_factory};
}

}  // namespace slipring::sdk

#define SLIPRING_PLUGIN(...) \
  constinit const slipring_entry_table slipring_entry = ::slipring::sdk::entry<__VA_ARGS__>()

#endif
