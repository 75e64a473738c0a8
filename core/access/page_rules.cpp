#include "access/page_rules.hpp"

#include "access/origin.hpp"

namespace slipring::access {
namespace {

constexpr std::string_view fetch_site = "sec-fetch-site";

// RFC 9110 §9.2.1. What a WebSocket will carry is anything.
bool is_safe(const Request &request) {
  const std::string_view method = request.method;
  return !request.websocket && (method == "GET" || method == "HEAD" || method == "OPTIONS");
}

}  // namespace

bool may_use(Ambient credential, const Request &request, const std::vector<std::string> &listed) {
  if (!request.origin.empty()) {
    return is_own(request.origin, request.scheme, request.authority) ||
           is_listed(request.origin, listed);
  }
  const std::string_view site = request.field(fetch_site);
  if (site == "same-origin") return true;
  const bool told_otherwise = !site.empty() && site != "none";  // none: the visitor asked himself
  return !told_otherwise && (credential == Ambient::certificate || is_safe(request));
}

bool may_use_ticket(std::string_view origin, const Request &request) {
  if (origin.empty()) return true;
  if (!request.origin.empty()) return request.origin == origin;
  const std::string_view site = request.field(fetch_site);
  return is_safe(request) && (site.empty() || site == "same-origin") &&
         is_own(origin, request.scheme, request.authority);
}

bool is_preflight(const Request &request) {
  return request.method == "OPTIONS" && !request.origin.empty() &&
         !request.field("access-control-request-method").empty();
}

}  // namespace slipring::access
