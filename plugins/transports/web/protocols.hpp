// What can be spoken on a connection; WebSocket comes of either.
#pragma once

#include <memory>

#include "context.hpp"
#include "link.hpp"

namespace slipring::web {

std::unique_ptr<Protocol> make_http1(Context &context, Link &link);
std::unique_ptr<Protocol> make_http2(Context &context, Link &link);

}  // namespace slipring::web
