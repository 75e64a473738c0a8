#include "http_error.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <slipring/cpp/bytes.hpp>

#include "common/http_date.hpp"
#include "common/http_syntax.hpp"

namespace slipring::websocket {
namespace {

std::string_view phrase(int status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 414:
      return "URI Too Long";
    case 426:
      return "Upgrade Required";
    case 431:
      return "Request Header Fields Too Large";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Internal Server Error";
  }
}

std::string one_line(std::string_view message) {
  std::string line(message);
  for (char &c : line) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return line + '\n';
}

}  // namespace

std::string HttpError::render() const {
  const std::string body = one_line(message.empty() ? phrase(status) : message);
  std::string response = "HTTP/1.1 " + std::to_string(status) + ' ';
  response.append(phrase(status)).append("\r\nDate: ").append(http::date());
  response += status == 426 ? "\r\nConnection: close, upgrade"
                              "\r\nUpgrade: websocket"
                              "\r\nSec-WebSocket-Version: 13"
                            : "\r\nConnection: close";
  if (status == 405) response += "\r\nAllow: GET";
  if (!challenge.empty()) response.append("\r\nWWW-Authenticate: ").append(challenge);
  if (status == 503) response += "\r\nRetry-After: 1";
  response += "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ";
  response.append(std::to_string(body.size())).append("\r\n\r\n");
  if (!without_body) response += body;
  return response;
}

int http_status(slipring_status status) {
  switch (status) {
    case SLIPRING_INVALID_ARGUMENT:
      return 400;
    case SLIPRING_UNAUTHENTICATED:
      return 401;
    case SLIPRING_PERMISSION_DENIED:
      return 403;
    case SLIPRING_NOT_FOUND:
      return 404;
    case SLIPRING_FAILED_PRECONDITION:  // the path is served, by another protocol
      return 426;
    case SLIPRING_UNIMPLEMENTED:
      return 501;
    case SLIPRING_RESOURCE_EXHAUSTED:
    case SLIPRING_UNAVAILABLE:
      return 503;
    default:
      return 500;
  }
}

std::string_view challenge_for(std::span<const slipring_field> fields) {
  constexpr std::string_view scheme = "bearer";
  const bool has_token = std::ranges::any_of(fields, [&](const slipring_field &field) {
    return http::equal(sdk::view(field.name), "authorization") &&
           http::equal(http::trim(sdk::view(field.value)).substr(0, scheme.size()), scheme);
  });
  return has_token ? "Bearer error=\"invalid_token\"" : "Bearer";
}

std::string problem(int status, std::string_view detail) {
  return boost::json::serialize(boost::json::object{
      {"type", "about:blank"}, {"title", phrase(status)}, {"status", status}, {"detail", detail}});
}

}  // namespace slipring::websocket
