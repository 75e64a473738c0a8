// Fuzz target: a manifest as it stands in a plugin's note, and what is decided by it.
#include "plugin/manifest.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  using slipring::plugin::Manifest;
  const auto manifest = Manifest::read({data, size});
  if (!manifest) return 0;
  (void)slipring::plugin::compare_versions(manifest->version, manifest->version);
  (void)slipring::plugin::common_state_schema(*manifest, *manifest);
  (void)slipring::plugin::sessions_move(*manifest, *manifest);
  return 0;
}
