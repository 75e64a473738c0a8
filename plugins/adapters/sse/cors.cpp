#include "cors.hpp"

#include <algorithm>

namespace slipring::sse {

std::string allowed_origin(const CorsSettings &cors, const sdk::Fields &fields) {
  const auto origin = fields.find("origin");
  if (!origin) return {};
  const auto is_listed = [&](std::string_view wanted) {
    return std::find(cors.origins.begin(), cors.origins.end(), wanted) != cors.origins.end();
  };
  if (is_listed("*")) return "*";
  return is_listed(*origin) ? std::string(*origin) : std::string();
}

void allow(sdk::Response &response, const CorsSettings &cors, std::string_view origin) {
  if (origin.empty()) return;
  response.field("access-control-allow-origin", origin);
  response.field("access-control-expose-headers", "slipring-cursor, slipring-from");
  if (origin == "*") return;
  response.field("vary", "origin");
  if (cors.credentials) response.field("access-control-allow-credentials", "true");
}

}  // namespace slipring::sse
