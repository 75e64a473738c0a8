// Offsets: which events of a record have a topic, as an entry of the index holds them.
//
// Each as the distance to the one before, in groups of seven bits, the lowest first.
//
// Thread-safety: plain values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace slipring::stream {

inline void put_offset(std::string &to, uint32_t distance) {
  for (; distance >= 0x80; distance >>= 7) to += static_cast<char>(distance | 0x80);
  to += static_cast<char>(distance);
}

// Ascending. What is no offset ends them.
inline std::vector<uint32_t> parse_offsets(std::string_view from) {
  std::vector<uint32_t> offsets;
  uint64_t at = 0;
  uint64_t distance = 0;
  int shift = 0;
  for (const char byte : from) {
    distance |= uint64_t{static_cast<unsigned char>(byte) & 0x7fu} << shift;
    shift += 7;
    if ((byte & 0x80) != 0) {
      if (shift > 28) break;
      continue;
    }
    at += distance;
    if (at > UINT32_MAX) break;
    offsets.push_back(static_cast<uint32_t>(at));
    distance = 0;
    shift = 0;
  }
  return offsets;
}

inline uint32_t last_offset(std::string_view from) {
  const auto offsets = parse_offsets(from);
  return offsets.empty() ? 0 : offsets.back();
}

}  // namespace slipring::stream
