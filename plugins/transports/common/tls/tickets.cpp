#include "tickets.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <algorithm>
#include <ctime>
#include <string_view>

namespace slipring::tls {
namespace {

using Secret = std::array<unsigned char, 32>;

const Secret &secret() {
  static const Secret made = [] {
    Secret bytes;
    RAND_bytes(bytes.data(), static_cast<int>(bytes.size()));
    return bytes;
  }();
  return made;
}

Secret derive(std::uint64_t hour, char purpose) {
  std::array<unsigned char, 9> input{};
  input[0] = static_cast<unsigned char>(purpose);
  for (std::size_t i = 1; i < input.size(); ++i) {
    input[i] = static_cast<unsigned char>(hour);
    hour >>= 8;
  }
  Secret output;
  unsigned size = 0;
  HMAC(EVP_sha256(), secret().data(), static_cast<int>(secret().size()), input.data(), input.size(),
       output.data(), &size);
  return output;
}

std::uint64_t this_hour() {
  return static_cast<std::uint64_t>(std::time(nullptr)) / 3600;
}

int use(TicketKey &key, unsigned char *iv, EVP_CIPHER_CTX *cipher, EVP_MAC_CTX *mac, bool encrypt) {
  OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, key.authentication.data(),
                                        key.authentication.size()),
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, const_cast<char *>("sha256"), 0),
      OSSL_PARAM_construct_end()};
  return EVP_CipherInit_ex(cipher, EVP_aes_256_cbc(), nullptr, key.encryption.data(), iv,
                           encrypt ? 1 : 0) == 1 &&
         EVP_MAC_CTX_set_params(mac, parameters) == 1;
}

// 1: the key is good. 2: good, and the client should have a ticket of a newer one. 0: unknown.
int key_for(SSL *, unsigned char *name, unsigned char *iv, EVP_CIPHER_CTX *cipher, EVP_MAC_CTX *mac,
            int encrypt) {
  const std::uint64_t now = this_hour();
  if (encrypt != 0) {
    TicketKey key = ticket_key(now);
    std::copy(key.name.begin(), key.name.end(), name);
    if (RAND_bytes(iv, EVP_CIPHER_get_iv_length(EVP_aes_256_cbc())) != 1) return -1;
    return use(key, iv, cipher, mac, true) ? 1 : -1;
  }
  for (const std::uint64_t hour : {now, now - 1}) {
    TicketKey key = ticket_key(hour);
    if (!std::equal(key.name.begin(), key.name.end(), name)) continue;
    if (!use(key, iv, cipher, mac, false)) return -1;
    return hour == now ? 1 : 2;
  }
  return 0;
}

}  // namespace

TicketKey ticket_key(std::uint64_t hour) {
  const Secret name = derive(hour, 'n');
  TicketKey key{.name = {}, .encryption = derive(hour, 'e'), .authentication = derive(hour, 'a')};
  std::copy_n(name.begin(), key.name.size(), key.name.begin());
  return key;
}

void issue_tickets(SSL_CTX &context) {
  static constexpr std::string_view id = "slipring";
  SSL_CTX_set_session_id_context(&context, reinterpret_cast<const unsigned char *>(id.data()),
                                 static_cast<unsigned>(id.size()));
  SSL_CTX_set_tlsext_ticket_key_evp_cb(&context, &key_for);
  SSL_CTX_set_timeout(&context, 3600);
  SSL_CTX_set_num_tickets(&context, 1);
}

}  // namespace slipring::tls
