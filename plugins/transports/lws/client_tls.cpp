#include "client_tls.hpp"

#include <openssl/x509v3.h>

#include <slipring/cpp/status.hpp>

namespace slipring::websocket {

ClientContext make_client_context(const std::string &host, const std::string &authorities) {
  ClientContext context(SSL_CTX_new(TLS_client_method()));
  if (context == nullptr) throw sdk::Error(SLIPRING_RESOURCE_EXHAUSTED, "no memory for TLS");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                      SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  const bool read = authorities.empty()
                        ? SSL_CTX_set_default_verify_paths(context.get()) == 1
                        : SSL_CTX_load_verify_file(context.get(), authorities.c_str()) == 1;
  if (!read) {
    throw sdk::Error(SLIPRING_INVALID_ARGUMENT,
                     "authorities " + authorities + ": no certificates can be read from it");
  }
  X509_VERIFY_PARAM *const demands = SSL_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_hostflags(demands, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  if (X509_VERIFY_PARAM_set1_ip_asc(demands, host.c_str()) != 1) {
    X509_VERIFY_PARAM_set1_host(demands, host.c_str(), host.size());
  }
  return context;
}

}  // namespace slipring::websocket
