// Layer: TLS on one accepted socket, by OpenSSL, which reads and writes the socket itself.
//
// Thread-safety: its shard.
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "common/tls/flow.hpp"

namespace slipring::tls {

class Context;

class Layer {
 public:
  // nullptr: no memory. The context is kept until the handshake is over.
  static std::unique_ptr<Layer> accept(std::shared_ptr<Context> context, int fd);

  enum class Handshake : std::uint8_t { done, under_way, failed };
  Handshake shake_hands();

  // What has just been blocked goes on when there is room to write, not when there is something to
  // read.
  bool waits_to_write() const;

  // REQUIRES: the handshake is done.
  Moved read(std::span<char> into);
  Moved write(std::string_view bytes);
  void end();  // close_notify

  // What ALPN (RFC 7301) has chosen: "h2", "http/1.1", or empty when the client did not ask.
  std::string_view protocol() const;
  // The subject of the client's verified certificate (RFC 2253); empty when it showed none.
  std::string identity() const;
  // Why the handshake failed, for the log.
  static std::string last_error();

 private:
  struct Free {
    void operator()(SSL *ssl) const { SSL_free(ssl); }
  };
  Layer(std::shared_ptr<Context> context, std::unique_ptr<SSL, Free> ssl);
  Moved failed(int answer) const;

  std::shared_ptr<Context> context_;
  std::unique_ptr<SSL, Free> ssl_;
};

}  // namespace slipring::tls
