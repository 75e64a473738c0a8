// Small questions about texts.
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace slipring::http {

bool is_utf8(std::string_view text) noexcept;

// a-z for A-Z.
std::string in_small_letters(std::string_view text);
// Without spaces and tabs at both ends.
std::string_view trimmed(std::string_view text) noexcept;

// Digits alone, of a number that 64 bits hold.
std::optional<uint64_t> parse_number(std::string_view text) noexcept;
// "true" or "false".
std::optional<bool> parse_flag(std::string_view text) noexcept;

}  // namespace slipring::http
