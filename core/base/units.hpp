// Quantities as people write them in a configuration: "1MiB", "300us", "50%".
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.hpp"

namespace slipring {

// A number of bytes: an integer with B, KiB, MiB, GiB or nothing (bytes) behind it.
Result<uint64_t> parse_size(std::string_view text);

// A duration: a number with us, ms, s, min or h behind it.
Result<std::chrono::nanoseconds> parse_duration(std::string_view text);

// A share between 0% and 100%, as 0 to 1.
Result<double> parse_share(std::string_view text);

}  // namespace slipring
