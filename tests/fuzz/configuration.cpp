// Fuzz target: a configuration file.
#include <cstddef>
#include <cstdint>
#include <string>

#include "host/config.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const std::string text(reinterpret_cast<const char *>(data), size);
  (void)slipring::host::parse_config(text, "fuzz.yaml");
  return 0;
}
