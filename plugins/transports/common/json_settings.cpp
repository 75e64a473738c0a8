#include "json_settings.hpp"

#include <slipring/cpp/status.hpp>

namespace slipring::settings {

void fail(const std::string &what) {
  throw sdk::Error(SLIPRING_INVALID_ARGUMENT, what);
}

void read(const json::value &object, const Readers &readers) {
  for (const auto &[key, value] : object.as_object()) {
    const auto reader = readers.find(std::string_view(key.data(), key.size()));
    if (reader == readers.end()) fail("unknown setting " + std::string(key));
    reader->second(value);
  }
}

}  // namespace slipring::settings
