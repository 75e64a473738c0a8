// Where a link leads: "wss://host:8443/path?query", taken apart.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace slipring::websocket {

struct Target {
  bool secure = false;
  std::string host;  // as asked from the resolver and of the certificate: "::1" has no brackets
  std::string authority;  // the Host field
  std::uint16_t port = 0;
  std::string path;   // "/" when there is none
  std::string query;  // without "?"

  // Throws sdk::Error with INVALID_ARGUMENT, which says what is accepted.
  static Target parse(std::string_view text);
};

}  // namespace slipring::websocket
