// What the adapter is told; settings.schema.json says what its members mean.
#pragma once

#include <chrono>
#include <string_view>

#include "http/cors.hpp"

namespace slipring::sse {

struct Settings {
  std::chrono::milliseconds heartbeat = std::chrono::seconds(15);
  std::chrono::milliseconds retry = std::chrono::seconds(2);
  bool stop = false;
  http::Cors cors;
};

// `json`: valid by the schema. Throws sdk::Error.
Settings parse_settings(std::string_view json);

}  // namespace slipring::sse
