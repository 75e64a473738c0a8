// Context: certificates, keys and rules of one endpoint's TLS, as they were when the files were
// read. To read them again, make another: connections keep the one they began with.
//
// TLS 1.2 and 1.3 (RFC 8446), forward secrecy and AEAD only, the server's order of ciphers, ALPN
// (RFC 7301), SNI (RFC 6066 §3), tickets for resumption (tickets.hpp), no renegotiation, no
// compression.
//
// Thread-safety: its shard.
#pragma once

#include <openssl/ssl.h>

#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string>
#include <vector>

#include "common/tls/settings.hpp"

namespace slipring::tls {

class Context {
 public:
  // Reads the files. Throws sdk::Error, whose text names the file and what is wrong with it.
  explicit Context(const Settings &settings);

  // For a new connection; SNI may choose another certificate during the handshake.
  SSL_CTX &first() { return *contexts_.front()->native_handle(); }

  // "2 certificates, the first expires 2027-01-31": for whoever has had them read again.
  std::string summary() const;

 private:
  using Asio = boost::asio::ssl::context;

  std::unique_ptr<Asio> make(const Certificate &certificate, const Settings &settings) const;
  SSL_CTX *find(const char *host_name) const;
  static int choose_certificate(SSL *ssl, int *alert, void *self);

  std::vector<std::unique_ptr<Asio>> contexts_;  // one per certificate
};

}  // namespace slipring::tls
