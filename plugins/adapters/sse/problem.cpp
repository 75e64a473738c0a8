#include "problem.hpp"

#include "answers.hpp"
#include "http/status.hpp"
#include "json_text.hpp"
#include "utf8.hpp"

namespace slipring::sse {
namespace {

// What a client sends need not be text.
std::string as_text(std::string_view bytes) {
  constexpr std::string_view replacement = "\uFFFD";
  std::string text;
  const char *at = bytes.data();
  const char *const end = at + bytes.size();
  while (at != end) {
    const size_t size = json_v1::utf8_sequence(at, end);
    text += size == 0 ? replacement : std::string_view(at, size);
    at += size == 0 ? 1 : size;
  }
  return text;
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
  json_v1::append_member(json, "title", http::title_of(problem.status));
  json.append(",\"status\":").append(std::to_string(problem.status));
  json_v1::append_member(json, "detail", as_text(problem.detail));
  json_v1::append_member(json, "field", problem.field);
  return json += "}\n";
}

}  // namespace slipring::sse
