// What an operator can choose; settings.schema.json says what each member means.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "http/cors.hpp"

namespace slipring::rest {

struct Settings {
  std::string prefix = "/topics/";
  uint64_t max_body = 1'000'000;
  uint64_t max_batch = 1000;
  uint64_t max_wait = 60;
  bool require_condition = false;
  uint64_t rate_quota = 0;  // publishes of a client address in `rate_window`; 0: no limit
  std::chrono::seconds rate_window = std::chrono::minutes(1);
  http::Cors cors;
};

// `json`: valid by the schema, or empty. Throws sdk::Error.
Settings parse_settings(std::string_view json);

}  // namespace slipring::rest
