// HttpAdmin: the host's admin interface over HTTP: health, readiness, metrics, and the requests of
// the control socket.
//
// It is open from the beginning of the start to the end of the stop, so that who asks is told what
// the host is waiting for. Nothing here waits for a shard that hangs.
//
// Thread-safety: control thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <memory>
#include <string>

#include "admin/control_server.hpp"
#include "admin/http_api.hpp"
#include "admin/http_server.hpp"
#include "host/admin_config.hpp"
#include "host/metric_facts.hpp"
#include "shard/roll_call.hpp"

namespace slipring::host {

class HttpAdmin {
 public:
  // `operations` answers the requests of the control socket.
  HttpAdmin(const HostParts &parts, AdminConfig config, admin::ControlServer::Handler operations);

  // Writes the token into the state directory and listens.
  Status open(const std::filesystem::path &state);
  void stop();

  // "127.0.0.1:9180", "none".
  std::string address() const;

 private:
  // Every shard passed between two callbacks just now; the error names those that did not.
  boost::asio::awaitable<Status> health();
  boost::asio::awaitable<Status> readiness();
  boost::asio::awaitable<std::string> metrics();
  boost::asio::awaitable<boost::json::object> operate(boost::json::object request);
  // Of what can be said without the shards.
  Status readiness_of_host() const;

  const HostParts parts_;
  const AdminConfig config_;
  const admin::ControlServer::Handler operations_;
  shard::RollCall roll_call_;
  std::filesystem::path token_;
  std::unique_ptr<admin::HttpApi> api_;
  std::unique_ptr<admin::HttpServer> server_;
};

}  // namespace slipring::host
