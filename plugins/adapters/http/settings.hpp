// Settings that adapters of requests have in common, out of JSON that is valid by their schema.
//
// Thread-safety: pure functions. What cannot be is thrown as sdk::Error.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "http/cors.hpp"

namespace slipring::http {

// INVALID_ARGUMENT: settings: `name`.
[[noreturn]] void fail_setting(std::string_view name);

std::string text_setting(std::string_view name, std::string_view json);
uint64_t number_setting(std::string_view name, std::string_view json);
// {"origins":["https://example.org"],"credentials":false,"max_age":600}
Cors cors_setting(std::string_view json);

}  // namespace slipring::http
