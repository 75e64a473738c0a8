// Deduplication ids that were written together, as the log keeps them.
//
// Thread-safety: pure functions.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stream/log_values.hpp"

namespace slipring::stream {

// With a checksum.
std::string encode_known(std::span<const Known> known);
std::optional<std::vector<Known>> decode_known(std::string_view value);

}  // namespace slipring::stream
