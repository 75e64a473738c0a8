// Fuzz target: a file from the plugin directory, through every check that runs before its code
// does.
#include <cstddef>
#include <cstdint>

#include "upgrade/verify.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  (void)slipring::upgrade::verify({data, size}, nullptr);
  return 0;
}
