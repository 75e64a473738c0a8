// The pings we send, told apart by what their acks bring back.
#pragma once

#include <array>
#include <cstdint>

namespace slipring::web {

inline constexpr std::array<std::uint8_t, 8> alive_ping = {'a', 'l', 'i', 'v', 'e', '?', 0, 0};
inline constexpr std::array<std::uint8_t, 8> draining_ping = {'d', 'r', 'a', 'i', 'n', 0, 0, 0};

}  // namespace slipring::web
