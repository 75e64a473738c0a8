#include "http/cors.hpp"

#include <algorithm>

namespace slipring::http {

namespace {

bool lists(const Cors &cors, std::string_view origin) {
  return std::ranges::find(cors.origins, origin) != cors.origins.end();
}

}  // namespace

bool Cors::allows_all() const {
  return lists(*this, "*");
}

std::string allowed_origin(const Cors &cors, const sdk::Fields &fields) {
  const auto origin = fields.find("origin");
  if (!origin) return {};
  if (cors.allows_all()) return "*";
  return lists(cors, *origin) ? std::string(*origin) : std::string();
}

void allow(sdk::Response &response, const Cors &cors, std::string_view origin,
           std::string_view exposed) {
  if (!cors.origins.empty() && !cors.allows_all()) response.field("vary", "origin");
  if (origin.empty()) return;
  response.field("access-control-allow-origin", origin);
  response.field("access-control-expose-headers", exposed);
  if (cors.credentials) response.field("access-control-allow-credentials", "true");
}

bool is_preflight(const sdk::Fields &fields) {
  return fields.find("access-control-request-method").has_value();
}

}  // namespace slipring::http
