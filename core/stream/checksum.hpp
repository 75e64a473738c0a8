// The checksum of what the log keeps: XXH3, 64 bits.
//
// Thread-safety: pure function.
#pragma once

#include <cstdint>
#include <string_view>

namespace slipring::stream {

uint64_t checksum(std::string_view bytes, uint64_t seed = 0);

}  // namespace slipring::stream
