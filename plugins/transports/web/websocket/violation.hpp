// Why a WebSocket fails (RFC 6455 §7.1.7): the code and the words of its Close frame.
#pragma once

#include <cstdint>

#include "common/close_code.hpp"

namespace slipring::web {

using websocket::CloseCode;

struct Violation {
  Violation() = default;  // none
  Violation(CloseCode code, const char *why) : code(static_cast<std::uint16_t>(code)), why(why) {}

  explicit operator bool() const { return code != 0; }

  std::uint16_t code = 0;
  const char *why = "";
};

}  // namespace slipring::web
