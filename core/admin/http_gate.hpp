// HttpGate: who may ask the admin interface at all, before anything is looked at.
//
// A web page that somebody on this machine looks at can send requests to a loopback port: in its
// own name, which its Origin tells; or as if it came from here, when the name of its site has been
// made to resolve to this address (DNS rebinding), which Host tells, as it still has that name.
//
// Thread-safety: const, any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace slipring::admin {

struct HttpGate {
  // Reached from elsewhere too: Host may be any address, or one of these names.
  bool remote = false;
  std::vector<std::string> hosts{};

  // Why a request with these fields is refused; empty: it is not. An empty origin: it had none.
  std::string refusal(std::string_view host, std::string_view origin) const;
};

// "localhost", "127.0.0.1:9180", "[::1]": a loopback address or its name, with or without a port.
bool is_loopback(std::string_view authority);

}  // namespace slipring::admin
