// Points in time as text: RFC 3339 in UTC with nanoseconds, "2026-11-21T09:30:00.000000000Z".
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.hpp"

namespace slipring::event {

// `unix_ns`: nanoseconds since 1970, any (years 1677 to 2262).
std::string print_time(int64_t unix_ns);

// Any RFC 3339 date-time: with another offset, with fewer digits or none. Digits beyond nanoseconds
// are cut off.
Result<int64_t> parse_time(std::string_view text);

}  // namespace slipring::event
