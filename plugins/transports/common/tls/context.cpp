#include "context.hpp"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <boost/system/error_code.hpp>
#include <ctime>
#include <slipring/cpp/status.hpp>
#include <string_view>

#include "common/tls/tickets.hpp"

namespace slipring::tls {
namespace {

// RFC 9325 §4.2: what TLS 1.2 still has to offer. HTTP/2 forbids all others (RFC 9113 §9.2.2).
constexpr const char *tls12_ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20";

[[noreturn]] void fail(const std::string &what, const std::string &file, const std::string &why) {
  throw sdk::Error(SLIPRING_INVALID_ARGUMENT, what + " " + file + ": " + why);
}

void check(const boost::system::error_code &error, const std::string &what,
           const std::string &file) {
  if (error) fail(what, file, error.message());
}

// The server's order.
constexpr std::string_view both = "\x02h2\x08http/1.1";
constexpr std::string_view http1_alone = both.substr(3);

int choose_protocol(SSL *, const unsigned char **chosen, unsigned char *chosen_size,
                    const unsigned char *offered, unsigned offered_size, void *list) {
  const auto &spoken = *static_cast<const std::string_view *>(list);
  unsigned char *found = nullptr;
  const int answer = SSL_select_next_proto(
      &found, chosen_size, reinterpret_cast<const unsigned char *>(spoken.data()),
      static_cast<unsigned>(spoken.size()), offered, offered_size);
  // RFC 7301 §3.2: no language in common ends the handshake with an alert.
  if (answer != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;
  *chosen = found;
  return SSL_TLSEXT_ERR_OK;
}

void check_clients(SSL_CTX *context, const Settings &settings) {
  if (settings.clients == Clients::ignored) return;
  const std::string &file = settings.client_authorities;
  if (SSL_CTX_load_verify_file(context, file.c_str()) != 1) {
    fail("client_authorities", file, "no certificates can be read from it");
  }
  SSL_CTX_set_client_CA_list(context, SSL_load_client_CA_file(file.c_str()));
  const int required = settings.clients == Clients::required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0;
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | required, nullptr);
}

std::string expiry(const X509 *certificate) {
  std::tm time{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &time) != 1) return "at an unknown time";
  std::array<char, 16> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%d", &time);
  return text.data();
}

}  // namespace

Context::Context(const Settings &settings) {
  contexts_.reserve(settings.certificates.size());
  for (const Certificate &certificate : settings.certificates) {
    contexts_.push_back(make(certificate, settings));
  }
  SSL_CTX_set_tlsext_servername_callback(&first(), &choose_certificate);
  SSL_CTX_set_tlsext_servername_arg(&first(), this);
}

std::unique_ptr<Context::Asio> Context::make(const Certificate &certificate,
                                             const Settings &settings) const {
  auto context = std::make_unique<Asio>(Asio::tls_server);
  boost::system::error_code error;
  context->use_certificate_chain_file(certificate.certificate, error);
  check(error, "certificate", certificate.certificate);
  context->use_private_key_file(certificate.key, Asio::pem, error);
  check(error, "key", certificate.key);
  SSL_CTX *const native = context->native_handle();
  if (SSL_CTX_check_private_key(native) != 1) {
    fail("key", certificate.key, "does not belong to " + certificate.certificate);
  }
  SSL_CTX_set_min_proto_version(native, settings.tls12 ? TLS1_2_VERSION : TLS1_3_VERSION);
  SSL_CTX_set_cipher_list(native, tls12_ciphers);
  SSL_CTX_set_options(native, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA |
                                  SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(native, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                               SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
  const std::string_view &spoken = settings.http2 ? both : http1_alone;
  SSL_CTX_set_alpn_select_cb(native, &choose_protocol, const_cast<std::string_view *>(&spoken));
  check_clients(native, settings);
  issue_tickets(*native);
  return context;
}

SSL_CTX *Context::find(const char *host_name) const {
  const auto serves = [host_name](const std::unique_ptr<Asio> &context) {
    X509 *const leaf = SSL_CTX_get0_certificate(context->native_handle());
    return X509_check_host(leaf, host_name, 0, 0, nullptr) == 1;
  };
  const auto found = std::find_if(contexts_.begin(), contexts_.end(), serves);
  return found == contexts_.end() ? nullptr : (*found)->native_handle();
}

int Context::choose_certificate(SSL *ssl, int *, void *self) {
  const char *const name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  if (name == nullptr) return SSL_TLSEXT_ERR_NOACK;
  SSL_CTX *const context = static_cast<const Context *>(self)->find(name);
  if (context != nullptr) SSL_set_SSL_CTX(ssl, context);
  return SSL_TLSEXT_ERR_OK;
}

std::string Context::summary() const {
  const std::size_t count = contexts_.size();
  return std::to_string(count) + (count == 1 ? " certificate" : " certificates, the first") +
         (count == 1 ? ", expires " : " expires ") +
         expiry(SSL_CTX_get0_certificate(contexts_.front()->native_handle()));
}

}  // namespace slipring::tls
