// What an endpoint's `tls` says.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <vector>

namespace slipring::tls {

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
  bool http2 = true;  // offered by ALPN, before HTTP/1.1; said by the transport

  // From a transport's settings; its JSON Schema says what the object may have. Throws as
  // json_settings.hpp says.
  static Settings read(const boost::json::value &value);
};

}  // namespace slipring::tls
