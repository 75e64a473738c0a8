// Cursor: how far a subscription has read, as text that a client keeps and gives back.
//
// Up to 8 positions, one for each stream that the subscription touches. Binary: a version byte; for
// each position the length of the stream's name, the name, epoch and sequence (little-endian); the
// CRC-32 of all that. Text: base64url without padding. It gives no authority: what may be read is
// checked when it is used. The checksum finds damage, not forgery.
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.hpp"
#include "event/base64.hpp"
#include "event/position.hpp"

namespace slipring::event {

constexpr size_t max_cursor_positions = 8;
constexpr size_t max_cursor_size =
    1 + max_cursor_positions * (1 + max_stream_name_size + 8 + 8) + 4;
constexpr size_t max_cursor_text_size = base64_size(max_cursor_size, Base64::url);

struct CursorPosition {
  std::string stream;
  uint64_t epoch = 0;
  uint64_t sequence = 0;

  bool operator==(const CursorPosition &) const = default;
};

// Returns the number of characters written, which depends on the names alone: no allocation.
// REQUIRES: 1 to 8 positions, of different streams with legal names; room for max_cursor_text_size.
size_t print_cursor(std::span<const ParsedPosition> positions, std::span<char> to);

// In the order in which they were printed. INVALID_ARGUMENT: damaged, of a version that this host
// does not know, or oversized.
Result<std::vector<CursorPosition>> parse_cursor(std::string_view text);

}  // namespace slipring::event
