// Pure predicates on pieces of an HTTP/1.1 request head (RFC 9110, RFC 9112).
#pragma once

#include <string_view>

namespace slipring::websocket::http {

// A byte that may stand in a field line: HTAB, SP, VCHAR, obs-text.
bool is_field_byte(char c);

// RFC 9110 §5.6.2; not empty.
bool is_token(std::string_view text);

// "HTTP/" DIGIT "." DIGIT
bool is_version(std::string_view text);

// RFC 9112 §3.2.1: begins with "/", visible ASCII, percent signs followed by two hex digits.
bool is_origin_form(std::string_view target);

// uri-host [":" port], not empty (RFC 9110 §7.2); no user information.
bool is_authority(std::string_view text);

// RFC 6455 §4.2.1 (5).
bool is_base64_of_16_bytes(std::string_view text);

// Without optional white space at both ends.
std::string_view trim(std::string_view text);

// Without regard to the case of ASCII letters.
bool equal(std::string_view a, std::string_view b);

// Whether the comma separated list has the element, compared by `equal`, or exactly.
bool list_contains(std::string_view list, std::string_view element);
bool list_contains_exactly(std::string_view list, std::string_view element);

}  // namespace slipring::websocket::http
