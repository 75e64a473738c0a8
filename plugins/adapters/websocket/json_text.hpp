// The text of JSON strings: reading escapes, writing them, and cutting what goes into an error.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>

namespace slipring::json_v1 {

// The value of a hexadecimal digit; -1: it is none.
int hex_value(char c) noexcept;

// What a string means. `inner` is a valid JSON string without its quotes. One without escapes is
// returned as it stands; of others the text is appended to `arena`.
// REQUIRES: `arena` has room for `inner` and whatever else must stay valid, so that it never moves.
std::string_view unescaped(std::string_view inner, std::string &arena);

// Appends `text`, which is UTF-8, as a JSON string with its quotes.
void append_string(std::string &to, std::string_view text);

// At most 40 bytes of it, cut between characters, for a line that says what was found.
std::string shortened(std::string_view text);

}  // namespace slipring::json_v1
