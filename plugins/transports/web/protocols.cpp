#include "protocols.hpp"

#include "http1/http1.hpp"
#include "upgrade.hpp"

namespace slipring::web {

std::unique_ptr<Protocol> make_http1(Context &context, Link &link) {
  return std::make_unique<Http1>(context, link,
                                 WebSocketEntry{&asks_for_websocket, &open_websocket});
}

std::unique_ptr<Protocol> make_http2(Context &context, Link &link) {
  return make_http1(context, link);  // which refuses the preface
}

}  // namespace slipring::web
