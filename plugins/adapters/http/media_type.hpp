// Media types: what a body is, and what a client accepts (RFC 9110 §8.3.1, §12.5.1).
//
// Thread-safety: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace slipring::http {

struct MediaType {
  std::string name;     // "application/json", in small letters
  std::string charset;  // in small letters; empty: not said
};

// Nothing: it is none.
std::optional<MediaType> parse_media_type(std::string_view text);

// Whether a payload of that type is JSON: "application/json", "application/geo+json;
// charset=utf-8".
bool is_json_type(std::string_view content_type);

// Whether an Accept field takes `name`. An empty one takes everything; what is no range takes
// nothing.
bool accepts(std::string_view accept, std::string_view name);

}  // namespace slipring::http
