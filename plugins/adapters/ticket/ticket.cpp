#include "ticket.hpp"

#include <string>

namespace slipring::ticket {

using sdk::HttpSession;
using sdk::Request;
using sdk::Response;
using sdk::Status;

namespace {

constexpr std::string_view methods = "POST, OPTIONS";

// Fetch §3.2. With credentials: the page's cookie may be what it buys with.
Response &for_page(Response &response, std::string_view origin) {
  response.field("vary", "origin");
  if (origin.empty()) return response;
  return response.field("access-control-allow-origin", origin)
      .field("access-control-allow-credentials", "true");
}

Status answer_preflight(HttpSession session, std::string_view origin) {
  Response response(204);
  for_page(response, origin)
      .field("allow", methods)
      .field("access-control-allow-methods", "POST")
      .field("access-control-allow-headers", "authorization, content-type")
      .field("access-control-max-age", "600");
  Status status = session.respond(response.length(0));
  return status.ok() ? session.finish() : status;
}

Status refuse_method(HttpSession session, std::string_view origin) {
  Response response(405);
  for_page(response, origin).field("allow", methods);
  response.field("content-type", "application/problem+json");
  return session.answer(std::move(response),
                        R"({"type":"about:blank","title":"Method Not Allowed","status":405,)"
                        R"("detail":"accepted: POST"})");
}

Status refuse_more(HttpSession session, std::string_view origin, std::string_view seconds) {
  Response response(429);
  for_page(response, origin).field("retry-after", seconds);
  response.field("content-type", "application/problem+json").field("cache-control", "no-store");
  return session.answer(std::move(response),
                        R"({"type":"about:blank","title":"Too Many Requests","status":429,)"
                        R"("detail":"too many tickets wait to be used"})");
}

}  // namespace

Ticket::Ticket(const sdk::Host &host)
    : tickets_(host.extension<slipring_ticket_host>(SLIPRING_TICKET)), host_(host.raw()) {}

Status Ticket::on_request(HttpSession session, const Request &request) {
  const std::string_view origin = request.fields.find("origin").value_or("");
  if (request.method == "OPTIONS") return answer_preflight(session, origin);
  if (request.method != "POST") return refuse_method(session, origin);
  return sell(session, origin);
}

Status Ticket::sell(HttpSession session, std::string_view origin) {
  if (tickets_ == nullptr) return {SLIPRING_UNIMPLEMENTED, "this host has no tickets"};
  std::string ticket;
  const slipring_writer writer = {&ticket, [](void *to, slipring_bytes bytes) -> slipring_status {
                                    static_cast<std::string *>(to)->append(sdk::view(bytes));
                                    return SLIPRING_OK;
                                  }};
  uint32_t lifetime_ms = 0;
  const slipring_status status = tickets_->issue(host_, session.id(), &writer, &lifetime_ms);
  const std::string seconds = std::to_string(lifetime_ms / 1000);
  switch (status) {
    case SLIPRING_OK:
      break;
    case SLIPRING_UNAUTHENTICATED:
      return {status, "a ticket is issued to who brings a credential"};
    case SLIPRING_PERMISSION_DENIED:
      return {status, "a ticket buys no ticket"};
    case SLIPRING_RESOURCE_EXHAUSTED:
      return refuse_more(session, origin, seconds);
    case SLIPRING_UNIMPLEMENTED:
      return {status, "no tickets are issued here: access.ticket is not configured"};
    default:
      return {status, "no ticket could be made"};
  }
  Response response(200);
  for_page(response, origin);
  response.field("content-type", "application/json").field("cache-control", "no-store");
  return session.answer(std::move(response),
                        R"({"ticket":")" + ticket + R"(","expires_in":)" + seconds + '}');
}

}  // namespace slipring::ticket
