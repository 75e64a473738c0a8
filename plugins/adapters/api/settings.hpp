// What an operator can choose; settings.schema.json says what each member means.
#pragma once

#include <string>
#include <string_view>

#include "http/cors.hpp"

namespace slipring::api {

struct Settings {
  std::string title = "Slipring";
  http::Cors cors;
};

// `json`: valid by the schema, or empty. Throws sdk::Error.
Settings parse_settings(std::string_view json);

}  // namespace slipring::api
