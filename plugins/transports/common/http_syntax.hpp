// Pure predicates on pieces of an HTTP/1.1 request head (RFC 9110, RFC 9112).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace slipring::websocket::http {

// A byte that may stand in a field line: HTAB, SP, VCHAR, obs-text. Here, because it is asked of
// every byte of a head.
inline bool is_field_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
}

// RFC 9110 §5.6.2; not empty.
bool is_token(std::string_view text);

// "HTTP/" DIGIT "." DIGIT
bool is_version(std::string_view text);

// RFC 9112 §3.2.1: begins with "/", visible ASCII, percent signs followed by two hex digits.
bool is_origin_form(std::string_view target);

// The authority and the rest of a target in absolute-form (RFC 9112 §3.2.2), not checked further;
// nothing when it does not begin with "http://" or "https://".
struct AbsoluteForm {
  std::string_view authority;
  std::string_view rest;  // path and query; may be empty
};
std::optional<AbsoluteForm> split_absolute_form(std::string_view target);

// uri-host [":" port], not empty (RFC 9110 §7.2); no user information.
bool is_authority(std::string_view text);

// 1*DIGIT, nothing else, below 10^18 (RFC 9110 §8.6).
std::optional<std::uint64_t> content_length(std::string_view text);

// The value of a hexadecimal digit, or -1.
int hex_value(char c);

// Fields that say where a message ends, how the connection goes on, or whom it is for: with the
// versions of HTTP they differ, and they are this side's affair alone. `name` in lower case.
bool is_framing_field(std::string_view name);

// Fields that must not come behind the body (RFC 9110 §6.5.1): of framing, of routing, and those
// that had to be known before it. `name` in lower case.
bool is_forbidden_trailer(std::string_view name);

// RFC 6455 §4.2.1 (5).
bool is_base64_of_16_bytes(std::string_view text);

// Without optional white space at both ends.
std::string_view trim(std::string_view text);

// ASCII letters of `text` become small ones.
void to_lower(std::span<char> text);

// Without regard to the case of ASCII letters.
bool equal(std::string_view a, std::string_view b);

// Whether the comma separated list has the element, compared by `equal`, or exactly.
bool list_contains(std::string_view list, std::string_view element);
bool list_contains_exactly(std::string_view list, std::string_view element);

}  // namespace slipring::websocket::http
