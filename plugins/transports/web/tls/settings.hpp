// What an endpoint's `tls` says.
#pragma once

#include <string>
#include <vector>

namespace slipring::web::tls {

struct Certificate {
  std::string certificate;  // file: PEM, the leaf first, then what leads to its issuer
  std::string key;          // file: PEM, not encrypted
};

enum class Clients { ignored, asked, required };

struct Settings {
  // The first also serves who names no host, or none of these.
  std::vector<Certificate> certificates{};
  // Whether they show a certificate, and who may have issued it (file: PEM).
  Clients clients = Clients::ignored;
  std::string client_authorities{};
  bool tls12 = true;  // beside TLS 1.3
};

}  // namespace slipring::web::tls
