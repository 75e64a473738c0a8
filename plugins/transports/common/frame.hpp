// WebSocket frames as a server sends them (RFC 6455 §5.2): unmasked, never fragmented, the length
// in its shortest form.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace slipring::websocket {

enum class Opcode : std::uint8_t { text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

// Writes the header of a final frame of `size` payload bytes and returns its length, at most 10.
inline std::size_t write_frame_header(Opcode opcode, std::uint64_t size, std::uint8_t *header) {
  header[0] = static_cast<std::uint8_t>(0x80 | static_cast<std::uint8_t>(opcode));
  if (size < 126) {
    header[1] = static_cast<std::uint8_t>(size);
    return 2;
  }
  const std::size_t length_bytes = size <= 0xffff ? 2 : 8;
  header[1] = length_bytes == 2 ? 126 : 127;
  for (std::size_t i = 0; i < length_bytes; ++i) {
    header[2 + i] = static_cast<std::uint8_t>(size >> (8 * (length_bytes - 1 - i)));
  }
  return 2 + length_bytes;
}

// A whole ping. It has a payload because libwebsockets does not report a pong without one.
inline constexpr std::array<std::uint8_t, 6> ping_frame = {0x89, 0x04, 'p', 'i', 'n', 'g'};

}  // namespace slipring::websocket
