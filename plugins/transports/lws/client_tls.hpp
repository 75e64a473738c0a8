// What a link demands of the server under TLS: 1.2 or 1.3, a certificate that leads to an authority
// and is for the target's name or address (RFC 6125).
//
// Not thread-safe.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

namespace slipring::websocket {

struct FreeContext {
  void operator()(SSL_CTX *context) const { SSL_CTX_free(context); }
};
using ClientContext = std::unique_ptr<SSL_CTX, FreeContext>;

// `authorities`: file, PEM; empty: those of the system. Throws sdk::Error.
ClientContext make_client_context(const std::string &host, const std::string &authorities);

}  // namespace slipring::websocket
