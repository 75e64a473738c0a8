#include "admin/http_answer.hpp"

#include <boost/json/serialize.hpp>

#include "admin/control_server.hpp"

namespace slipring::admin {

HttpAnswer text_answer(unsigned code, std::string text) {
  return {.code = code, .type = "text/plain; charset=utf-8", .body = std::move(text) + '\n'};
}

HttpAnswer json_answer(unsigned code, const boost::json::object &body) {
  return {.code = code, .type = "application/json", .body = boost::json::serialize(body) + '\n'};
}

HttpAnswer http_error(unsigned code, slipring_status status, std::string_view message) {
  return json_answer(code, error_answer(status, message));
}

unsigned http_code(slipring_status status) {
  switch (status) {
    case SLIPRING_OK:
      return 200;
    case SLIPRING_INVALID_ARGUMENT:
    case SLIPRING_OUT_OF_RANGE:
      return 400;
    case SLIPRING_UNAUTHENTICATED:
      return 401;
    case SLIPRING_PERMISSION_DENIED:
      return 403;
    case SLIPRING_NOT_FOUND:
    case SLIPRING_UNIMPLEMENTED:
      return 404;
    case SLIPRING_ALREADY_EXISTS:
    case SLIPRING_FAILED_PRECONDITION:
    case SLIPRING_ABORTED:
      return 409;
    case SLIPRING_RESOURCE_EXHAUSTED:
    case SLIPRING_UNAVAILABLE:
      return 503;
    case SLIPRING_DEADLINE_EXCEEDED:
      return 504;
    default:
      return 500;
  }
}

}  // namespace slipring::admin
