// What the members of a message hold, as the operations need it. Each function takes a member and
// its JSON text, empty when it is not there, and answers INVALID_ARGUMENT when that is something
// else than what is accepted.
//
// Thread-safety: pure functions.
#pragma once

#include <slipring/cpp/status.hpp>
#include <string>
#include <string_view>

#include "request.hpp"

namespace slipring::json_v1 {

// An id has at most this many bytes between its quotes, as sent.
constexpr size_t longest_id = 60;
// What an IEEE double holds exactly: numbers that this protocol counts with.
constexpr uint64_t largest_number = (uint64_t{1} << 53) - 1;

// INVALID_ARGUMENT naming the member, what was found (shortened), what is accepted. `found` is JSON
// text; empty: it is not there.
sdk::Status not_accepted(Member member, std::string_view found, std::string_view accepted);

sdk::Status read_text(Member member, std::string_view json, std::string &arena,
                      std::string_view &text);
sdk::Status read_number(Member member, std::string_view json, uint64_t most, uint64_t &number);
sdk::Status read_flag(Member member, std::string_view json, bool &flag);

// An id is a number or a string, told apart and compared by its JSON text.
sdk::Status check_id(Member member, std::string_view json);
bool is_id(std::string_view json) noexcept;

// Helpers for values inside of members.
bool is_string(std::string_view json) noexcept;
bool parse_number(std::string_view json, uint64_t most, uint64_t &number) noexcept;
// REQUIRES: is_string(json); `json` is valid.
std::string_view string_text(std::string_view json, std::string &arena);

}  // namespace slipring::json_v1
