#include "problem.hpp"

#include "answers.hpp"
#include "json_text.hpp"

namespace slipring::sse {
namespace {

std::string_view title_of(uint32_t status) noexcept {
  switch (status) {
    case 400:
      return "Bad Request";
    case 403:
      return "Forbidden";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 503:
      return "Service Unavailable";
    default:
      return "Internal Server Error";
  }
}

}  // namespace

Problem wrong(std::string_view field, std::string_view found, std::string_view accepted) {
  std::string detail = "found \"" + json_v1::shortened(found) + "\"; accepted: ";
  detail += accepted;
  return {400, std::string(field), std::move(detail)};
}

uint32_t http_status(slipring_status code) noexcept {
  switch (code) {
    case SLIPRING_INVALID_ARGUMENT:
    case SLIPRING_OUT_OF_RANGE:
    case SLIPRING_FAILED_PRECONDITION:
    case SLIPRING_RESOURCE_EXHAUSTED:  // of streams that the filters reach
      return 400;
    case SLIPRING_PERMISSION_DENIED:
      return 403;
    case SLIPRING_UNAVAILABLE:
      return 503;
    default:
      return 500;
  }
}

std::string to_json(const Problem &problem) {
  std::string json = R"({"type":"about:blank")";
  json_v1::append_member(json, "title", title_of(problem.status));
  json.append(",\"status\":").append(std::to_string(problem.status));
  json_v1::append_member(json, "detail", problem.detail);
  json_v1::append_member(json, "field", problem.field);
  return json += "}\n";
}

}  // namespace slipring::sse
