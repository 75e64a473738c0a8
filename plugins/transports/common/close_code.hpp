// Close codes (RFC 6455 §7.4).
#pragma once

#include <cstdint>

namespace slipring::websocket {

enum class CloseCode : std::uint16_t {
  protocol_error = 1002,
  none_given = 1005,  // never on the wire
  vanished = 1006,    // never on the wire
  invalid_data = 1007,
  too_big = 1009,
  try_again = 1013,
};

// Whether a peer may put this code into a Close frame.
inline bool may_be_sent(std::uint16_t code) {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
         (code >= 3000 && code <= 4999);
}

}  // namespace slipring::websocket
