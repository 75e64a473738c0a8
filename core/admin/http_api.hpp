// HttpApi: what the admin interface answers over HTTP.
//
//   GET  /healthz, /readyz, /metrics     for supervisors and Prometheus
//   GET  /v1/OP?limit=10                 the reading requests of the control socket
//   POST /v1/OP, /v1/plugins/OP, ..      all of its requests; the body is the request, without "op"
//
// Everyone on this machine can reach the port, while the control socket is protected by the modes
// of its files: so what is under /v1/ wants the token ("Authorization: Bearer TOKEN").
//
// Thread-safety: control thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <string>

#include "admin/control_server.hpp"
#include "admin/http_answer.hpp"
#include "base/status.hpp"

namespace slipring::admin {

class HttpApi {
 public:
  // What the host says.
  struct Sources {
    std::function<boost::asio::awaitable<Status>()> health;     // an error says what is wrong
    std::function<boost::asio::awaitable<Status>()> readiness;  // likewise
    std::function<boost::asio::awaitable<std::string>()> metrics;
    ControlServer::Handler operations;
  };

  HttpApi(Sources sources, std::string token);

  boost::asio::awaitable<HttpAnswer> answer(HttpRequest request) const;

 private:
  boost::asio::awaitable<HttpAnswer> answer_page(const HttpRequest &request) const;
  boost::asio::awaitable<HttpAnswer> answer_operation(const HttpRequest &request) const;

  const Sources sources_;
  const std::string token_;
};

}  // namespace slipring::admin
