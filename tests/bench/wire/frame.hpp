// WebSocket frames (RFC 6455 §5.2) as the benchmarks' client and limit server need them: whole
// messages in one frame, no extensions.
//
// Thread-safety: none; plain functions and values.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace slipring::bench {

enum : uint8_t { op_text = 1, op_binary = 2, op_close = 8, op_ping = 9, op_pong = 10 };

inline void append_header(std::string &to, uint8_t opcode, size_t size, uint8_t mask_bit) {
  to += static_cast<char>(0x80 | opcode);
  if (size < 126) {
    to += static_cast<char>(mask_bit | size);
    return;
  }
  const int length_bytes = size <= 0xffff ? 2 : 8;
  to += static_cast<char>(mask_bit | (length_bytes == 2 ? 126 : 127));
  for (int shift = 8 * (length_bytes - 1); shift >= 0; shift -= 8) {
    to += static_cast<char>(uint64_t{size} >> shift);
  }
}

inline void apply_mask(char *bytes, size_t size, uint32_t mask) {
  const uint64_t wide = uint64_t{mask} << 32 | mask;
  size_t i = 0;
  for (; i + sizeof(wide) <= size; i += sizeof(wide)) {
    uint64_t word;
    std::memcpy(&word, bytes + i, sizeof(word));
    word ^= wide;
    std::memcpy(bytes + i, &word, sizeof(word));
  }
  for (; i < size; ++i) bytes[i] = static_cast<char>(bytes[i] ^ (mask >> 8 * (i % 4)));
}

// What a client sends.
inline void append_masked(std::string &to, uint8_t opcode, std::string_view payload,
                          uint32_t mask) {
  append_header(to, opcode, payload.size(), 0x80);
  to.append(reinterpret_cast<const char *>(&mask), sizeof(mask));
  const size_t begin = to.size();
  to += payload;
  apply_mask(to.data() + begin, payload.size(), mask);
}

// What a server sends.
inline void append_unmasked(std::string &to, uint8_t opcode, std::string_view payload) {
  append_header(to, opcode, payload.size(), 0);
  to += payload;
}

// The first frame of `bytes`, unmasked in place.
struct Frame {
  uint8_t opcode = 0;
  bool final = false;
  std::string_view payload;
  size_t size = 0;  // of the whole frame; 0: it is not complete

  static Frame read(char *bytes, size_t available) {
    const auto at = [&](size_t i) { return static_cast<uint8_t>(bytes[i]); };
    if (available < 2) return {};
    uint64_t length = at(1) & 0x7f;
    size_t header = 2;
    if (length >= 126) {
      const size_t length_bytes = length == 126 ? 2 : 8;
      if (available < header + length_bytes) return {};
      length = 0;
      for (size_t i = 0; i < length_bytes; ++i) length = length << 8 | at(header + i);
      header += length_bytes;
    }
    uint32_t mask = 0;
    const bool masked = (at(1) & 0x80) != 0;
    if (masked) header += sizeof(mask);
    if (available < header || available - header < length) return {};
    if (masked) {
      std::memcpy(&mask, bytes + header - sizeof(mask), sizeof(mask));
      apply_mask(bytes + header, length, mask);
    }
    return {static_cast<uint8_t>(at(0) & 0x0f),
            (at(0) & 0x80) != 0,
            {bytes + header, static_cast<size_t>(length)},
            header + static_cast<size_t>(length)};
  }
};

// The handshake of the benchmarks' own two ends: the example key of RFC 6455 §1.3 and its answer.
inline constexpr std::string_view handshake_key = "dGhlIHNhbXBsZSBub25jZQ==";
inline constexpr std::string_view handshake_accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

}  // namespace slipring::bench
