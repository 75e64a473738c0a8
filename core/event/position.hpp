// Position: where an event stands, the same for every reader, and its text form.
//
// Text: "<stream name>@<epoch, 16 hexadecimal digits>:<sequence>", as in
// "default@5f3a9c1e00000001:1234". A position has exactly one text, so texts can be compared.
//
// Thread-safety: plain values.
#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/status.hpp"

namespace slipring::event {

// All 0: of an ephemeral topic, which has none. `stream` is a number of this process; in texts and
// cursors streams go by their names.
struct Position {
  uint32_t stream = 0;
  uint64_t epoch = 0;
  uint64_t sequence = 0;

  auto operator<=>(const Position &) const = default;
};

constexpr size_t max_stream_name_size = 32;
constexpr size_t max_position_text_size = max_stream_name_size + 1 + 16 + 1 + 20;

// [a-z][a-z0-9_-]{0,31}
bool is_stream_name(std::string_view name);

// Returns the number of characters written. REQUIRES: a stream name; room for
// max_position_text_size.
size_t print_position(std::string_view stream, uint64_t epoch, uint64_t sequence,
                      std::span<char> to);

struct ParsedPosition {
  std::string_view name;  // inside the text
  uint64_t epoch = 0;
  uint64_t sequence = 0;
};

Result<ParsedPosition> parse_position(std::string_view text);

}  // namespace slipring::event
