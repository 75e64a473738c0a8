// Resolver: addresses of a name, asked for off the shard's thread (libuv's pool).
//
// Not thread-safe: used on its shard. What is under way when the instance stops keeps the uv loop
// alive until it has ended.
#pragma once

#include <uv.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace slipring::websocket {

// The numeric addresses, in the system's order; empty: `why` says so. Called from the uv
// loop.
using Resolved = std::function<void(std::vector<std::string> addresses, const std::string &why)>;

// Throws sdk::Error when it cannot begin.
void resolve(uv_loop_t &loop, const std::string &host, std::uint16_t port, Resolved resolved);

}  // namespace slipring::websocket
