// A request to the admin interface, and its answer.
#pragma once

#include <slipring/abi.h>

#include <boost/asio/awaitable.hpp>
#include <boost/json/object.hpp>
#include <functional>
#include <string>
#include <string_view>

namespace slipring::admin {

struct HttpRequest {
  bool get = true;  // GET or HEAD; else POST
  std::string path;
  std::string query;          // behind the ?
  std::string authorization;  // as it came
  std::string body;
};

struct HttpAnswer {
  unsigned code = 200;
  std::string type;  // of the content
  std::string body;
  std::string allow = {};         // the methods there are; with 405
  std::string authenticate = {};  // with 401
};

using HttpHandler = std::function<boost::asio::awaitable<HttpAnswer>(HttpRequest request)>;

HttpAnswer text_answer(unsigned code, std::string text);
HttpAnswer json_answer(unsigned code, const boost::json::object &body);
// The body is what error_answer() of the control socket makes.
HttpAnswer http_error(unsigned code, slipring_status status, std::string_view message);

// The code that goes with the status of an answer of the control socket.
unsigned http_code(slipring_status status);

}  // namespace slipring::admin
