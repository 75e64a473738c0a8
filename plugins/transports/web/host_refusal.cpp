#include "host_refusal.hpp"

#include "common/http_error.hpp"

namespace slipring::web {

HostRefusal host_refusal(Front::Opened opened, std::span<const slipring_field> fields) {
  HostRefusal refusal{websocket::http_status(opened.status), std::move(opened.reason), {}};
  if (refusal.code != 401 && refusal.code != 403) return refusal;
  refusal.body = websocket::problem(refusal.code, refusal.body);
  refusal.fields.emplace_back("content-type", "application/problem+json");
  if (refusal.code == 401) {
    refusal.fields.emplace_back("www-authenticate", websocket::challenge_for(fields));
  }
  return refusal;
}

}  // namespace slipring::web
