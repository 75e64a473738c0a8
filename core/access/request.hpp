// Request: what a client that wants a session shows of itself, over any transport.
#pragma once

#include <slipring/ext/field.h>

#include <span>
#include <string_view>

#include "base/bytes.hpp"

namespace slipring::access {

// Borrowed views.
struct Request {
  bool websocket = false;
  std::string_view method;  // of a request
  std::string_view scheme;  // "https", "http"; empty: not known
  std::string_view authority;
  std::string_view origin;  // empty: none was sent
  std::string_view query;   // without "?"
  std::string_view peer;
  std::string_view certificate;  // its subject, verified; empty: none
  std::span<const slipring_field> fields;

  // The value of the first field of that name; empty: there is none.
  std::string_view field(std::string_view name) const {
    for (const slipring_field &field : fields) {
      if (to_text(field.name) == name) return to_text(field.value);
    }
    return {};
  }
};

}  // namespace slipring::access
