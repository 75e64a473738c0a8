// Base64 as RFC 4648 §4 has it: the standard alphabet, with padding.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>

namespace slipring::json_v1 {

void append_base64(std::string &to, std::string_view bytes);

// Appends the bytes. False: wrong characters, length or padding, or bits that no byte has; then
// nothing is appended.
bool append_decoded(std::string &to, std::string_view base64);

}  // namespace slipring::json_v1
