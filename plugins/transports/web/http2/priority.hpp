// Priorities of responses (RFC 9218): what the `priority` field and PRIORITY_UPDATE say.
#pragma once

#include <cstdint>
#include <string_view>

namespace slipring::web {

struct Priority {
  std::uint8_t urgency = 3;  // 0 (first) to 7
  bool incremental = false;

  bool operator==(const Priority &) const = default;
};

// A dictionary of RFC 8941, of which `u` and `i` count. What is out of range or of another type is
// as if it was not there (RFC 9218 §4); what is no dictionary at all is all ignored.
Priority parse_priority(std::string_view text);

}  // namespace slipring::web
