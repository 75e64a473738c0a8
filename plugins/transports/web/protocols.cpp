#include "protocols.hpp"

#include "http1/http1.hpp"
#include "http2/http2.hpp"
#include "upgrade.hpp"

namespace slipring::web {

std::unique_ptr<Protocol> make_http1(Context &context, Link &link) {
  return std::make_unique<Http1>(context, link,
                                 WebSocketEntry{&asks_for_websocket, &open_websocket});
}

std::unique_ptr<Protocol> make_http2(Context &context, Link &link) {
  return std::make_unique<Http2>(context, link, &open_websocket);
}

}  // namespace slipring::web
