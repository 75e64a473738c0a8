// Response heads as text (RFC 9112 §4), and what must not stand in them. Pure functions.
#pragma once

#include <slipring/ext/profile-http.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace slipring::web {

// How the end of a response's body is known (RFC 9112 §6.3).
enum class Framing : std::uint8_t { none, length, chunked, close };

// The response fields of the connection, which are this side's alone.
struct HeadFields {
  Framing framing = Framing::none;
  std::uint64_t length = 0;     // with Framing::length
  bool names_length = false;    // Content-Length although no body follows: an answer to HEAD
  std::string_view connection;  // its value; empty: no such field
};

// Whether what an adapter gave can be sent: the code one that ends an exchange or 1xx without 101,
// names tokens, values without control bytes, nothing that frames. All else would let it split
// responses.
bool is_valid(const slipring_http_head &head);

// The same of fields by themselves: trailers.
bool are_valid_fields(std::span<const slipring_field> fields);

// A final head; `date` is added unless given. REQUIRES: is_valid.
std::string render_head(const slipring_http_head &head, const HeadFields &fields);

// A head of 1xx. REQUIRES: is_valid.
std::string render_interim_head(const slipring_http_head &head);

// "HTTP/1.1 404 Not Found\r\n"
void append_status_line(std::string &text, std::uint32_t code);
// "name: value\r\n"
void append_field(std::string &text, std::string_view name, std::string_view value);
void append_fields(std::string &text, std::span<const slipring_field> fields);

}  // namespace slipring::web
