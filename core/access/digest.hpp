// SHA-256 of secrets: what the host keeps in their place.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace slipring::access {

using Digest = std::array<uint8_t, 32>;

Digest sha256(std::string_view text);

// Takes as long wherever the two differ.
bool same(const Digest &a, const Digest &b);

}  // namespace slipring::access
