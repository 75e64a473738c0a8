// What the adapter is told; settings.schema.json says what its members mean.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace slipring::sse {

struct CorsSettings {
  std::vector<std::string> origins;  // "*": all; empty: no page of another origin
  bool credentials = false;
  std::chrono::milliseconds max_age = std::chrono::minutes(10);
};

struct Settings {
  std::chrono::milliseconds heartbeat = std::chrono::seconds(15);
  std::chrono::milliseconds retry = std::chrono::seconds(2);
  bool stop = false;
  CorsSettings cors;
};

// `json`: valid by the schema. Throws sdk::Error.
Settings parse_settings(std::string_view json);

}  // namespace slipring::sse
