#include "layer.hpp"

#include <openssl/err.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <climits>
#include <utility>

#include "common/tls/context.hpp"

namespace slipring::tls {
namespace {

int limited(std::size_t size) {
  return static_cast<int>(std::min<std::size_t>(size, INT_MAX));
}

}  // namespace

Layer::Layer(std::shared_ptr<Context> context, std::unique_ptr<SSL, Free> ssl)
    : context_(std::move(context)), ssl_(std::move(ssl)) {}

std::unique_ptr<Layer> Layer::accept(std::shared_ptr<Context> context, int fd) {
  std::unique_ptr<SSL, Free> ssl(SSL_new(&context->first()));
  if (ssl == nullptr || SSL_set_fd(ssl.get(), fd) != 1) return nullptr;
  SSL_set_accept_state(ssl.get());
  return std::unique_ptr<Layer>(new Layer(std::move(context), std::move(ssl)));
}

Layer::Handshake Layer::shake_hands() {
  ERR_clear_error();
  const int answer = SSL_do_handshake(ssl_.get());
  if (answer == 1) {
    context_.reset();
    return Handshake::done;
  }
  const int error = SSL_get_error(ssl_.get(), answer);
  const bool waits = error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
  return waits ? Handshake::under_way : Handshake::failed;
}

bool Layer::waits_to_write() const {
  return SSL_want_write(ssl_.get());
}

Moved Layer::read(std::span<char> into) {
  ERR_clear_error();
  const int size = SSL_read(ssl_.get(), into.data(), limited(into.size()));
  return size > 0 ? Moved{Flow::moved, static_cast<std::size_t>(size)} : failed(size);
}

Moved Layer::write(std::string_view bytes) {
  ERR_clear_error();
  const int size = SSL_write(ssl_.get(), bytes.data(), limited(bytes.size()));
  return size > 0 ? Moved{Flow::moved, static_cast<std::size_t>(size)} : failed(size);
}

// Without close_notify the end may be an attacker's (RFC 8446 §6.1): then it is broken, not ended.
Moved Layer::failed(int answer) const {
  switch (SSL_get_error(ssl_.get(), answer)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return {Flow::blocked};
    case SSL_ERROR_ZERO_RETURN:
      return {Flow::ended};
    default:
      return {Flow::broken};
  }
}

void Layer::end() {
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
}

std::string_view Layer::protocol() const {
  const unsigned char *name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl_.get(), &name, &size);
  return {reinterpret_cast<const char *>(name), size};
}

std::string Layer::identity() const {
  const X509 *const certificate = SSL_get0_peer_certificate(ssl_.get());
  if (certificate == nullptr || SSL_get_verify_result(ssl_.get()) != X509_V_OK) return "";
  const std::unique_ptr<BIO, decltype(&BIO_free)> text(BIO_new(BIO_s_mem()), &BIO_free);
  if (text == nullptr) return "";
  X509_NAME_print_ex(text.get(), X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253);
  char *begin = nullptr;
  const auto size = BIO_get_mem_data(text.get(), &begin);
  return {begin, static_cast<std::size_t>(size)};
}

std::string Layer::last_error() {
  const unsigned long error = ERR_peek_last_error();
  if (error == 0) return "the client went away";
  std::array<char, 256> text{};
  ERR_error_string_n(error, text.data(), text.size());
  return text.data();
}

}  // namespace slipring::tls
