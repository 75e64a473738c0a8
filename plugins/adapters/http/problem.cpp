#include "http/problem.hpp"

#include "answers.hpp"
#include "http/status.hpp"
#include "json_text.hpp"

namespace slipring::http {

namespace {

// Fit for a line of JSON whatever the client sent.
std::string printable(std::string_view text) {
  constexpr size_t more_than_is_shown = 64;
  std::string shown(text.substr(0, more_than_is_shown));
  for (char &c : shown) c = c < 0x20 || c > 0x7E ? '?' : c;
  return json_v1::shortened(shown);
}

void append_member(std::string &to, std::string_view name, std::string_view text) {
  if (text.empty()) return;
  to.append(",\"").append(name).append("\":");
  json_v1::append_string(to, text);
}

}  // namespace

Problem not_accepted(std::string_view field, std::string_view found, std::string_view accepted) {
  std::string detail = "found ";
  detail += found.empty() ? "nothing" : printable(found);
  detail.append("; accepted: ").append(accepted);
  return {400, std::string(field), std::move(detail)};
}

Problem refused(slipring_status code, std::string_view detail) {
  return {http_status(code), {}, std::string(detail), {}, code};
}

uint32_t http_status(slipring_status code) noexcept {
  switch (code) {
    case SLIPRING_INVALID_ARGUMENT:
    case SLIPRING_OUT_OF_RANGE:
      return 400;
    case SLIPRING_UNAUTHENTICATED:
      return 401;
    case SLIPRING_PERMISSION_DENIED:
      return 403;
    case SLIPRING_NOT_FOUND:
      return 404;
    case SLIPRING_ALREADY_EXISTS:
    case SLIPRING_FAILED_PRECONDITION:
    case SLIPRING_ABORTED:
      return 409;
    case SLIPRING_RESOURCE_EXHAUSTED:
      return 429;
    case SLIPRING_UNIMPLEMENTED:
      return 501;
    case SLIPRING_UNAVAILABLE:
    case SLIPRING_CANCELLED:
      return 503;
    case SLIPRING_DEADLINE_EXCEEDED:
      return 504;
    default:
      return 500;
  }
}

void write_problem(std::string &to, const Problem &problem) {
  to = "{\"title\":";
  json_v1::append_string(to, title_of(problem.status));
  to.append(",\"status\":").append(std::to_string(problem.status));
  append_member(to, "code", json_v1::status_name(problem.code));
  append_member(to, "field", printable(problem.field));
  if (problem.member) to.append(",\"member\":").append(std::to_string(*problem.member));
  append_member(to, "detail", problem.detail);
  to += "}\n";
}

}  // namespace slipring::http
