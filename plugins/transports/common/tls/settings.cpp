#include "settings.hpp"

#include "common/json_settings.hpp"

namespace slipring::tls {
namespace {

namespace json = boost::json;
using settings::to_text;

Certificate read_certificate(const json::value &value) {
  Certificate certificate;
  settings::read(value, {{"certificate", to_text(certificate.certificate)},
                         {"key", to_text(certificate.key)}});
  return certificate;
}

Clients read_clients(const std::string &text) {
  if (text == "ignored") return Clients::ignored;
  if (text == "asked") return Clients::asked;
  if (text == "required") return Clients::required;
  settings::fail("tls: clients: found \"" + text + "\", expected ignored, asked or required");
}

void read_certificates(const json::value &list, std::vector<Certificate> &certificates) {
  certificates.reserve(list.as_array().size());
  for (const json::value &one : list.as_array()) certificates.push_back(read_certificate(one));
}

}  // namespace

Settings Settings::read(const json::value &value) {
  Settings tls;
  std::string clients = "ignored";
  std::string minimum = "1.2";
  settings::read(value,
                 {{"certificates",
                   [&](const json::value &list) { read_certificates(list, tls.certificates); }},
                  {"clients", to_text(clients)},
                  {"client_authorities", to_text(tls.client_authorities)},
                  {"minimum", to_text(minimum)}});
  tls.clients = read_clients(clients);
  tls.tls12 = minimum == "1.2";
  if (tls.certificates.empty()) settings::fail("tls: certificates: at least one is needed");
  if (tls.clients != Clients::ignored && tls.client_authorities.empty()) {
    settings::fail("tls: client_authorities is needed to check what clients show");
  }
  return tls;
}

}  // namespace slipring::tls
