// The transport's configuration, as settings.schema.json describes it.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "common/liveness.hpp"
#include "common/tls/settings.hpp"

namespace slipring::websocket {

struct Settings {
  Clock::duration handshake_timeout = std::chrono::seconds(10);
  std::size_t handshake_limit = 8192;
  std::optional<tls::Settings> tls{};  // none: in the clear
  LivenessTimeouts liveness = {.ping_interval = std::chrono::seconds(30),
                               .pong_timeout = std::chrono::seconds(10),
                               .close_timeout = std::chrono::seconds(3)};

  // Throws sdk::Error with INVALID_ARGUMENT. `json`: empty, or an object valid by the schema.
  static Settings parse(std::string_view json);
};

}  // namespace slipring::websocket
