#include "admin/control_server.hpp"

#include <sys/stat.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/json.hpp>

#include "observe/log.hpp"

namespace slipring::admin {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {
constexpr size_t max_request = 64 * 1024;
}

json::object error_answer(slipring_status code, std::string_view message) {
  return {{"error", {{"status", status_name(code)}, {"message", message}}}};
}

ControlServer::ControlServer(asio::io_context &control, Handler handler)
    : acceptor_(control), handler_(std::move(handler)) {}

ControlServer::~ControlServer() {
  stop();
}

Status ControlServer::open(const std::filesystem::path &path) {
  std::error_code ignored;
  std::filesystem::remove(path, ignored);
  const asio::local::stream_protocol::endpoint endpoint(path.string());
  boost::system::error_code error;
  acceptor_.open(endpoint.protocol(), error);
  const mode_t before = umask(0077);
  if (!error) acceptor_.bind(endpoint, error);
  umask(before);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    return Status::unavailable("control socket " + path.string() + ": " + error.message());
  }
  path_ = path;
  asio::co_spawn(acceptor_.get_executor(), accept(), asio::detached);
  return Status::ok();
}

void ControlServer::stop() {
  if (!acceptor_.is_open()) return;
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  std::error_code also_ignored;
  std::filesystem::remove(path_, also_ignored);
}

asio::awaitable<void> ControlServer::accept() {
  while (acceptor_.is_open()) {
    boost::system::error_code error;
    Socket socket =
        co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, error));
    if (error == asio::error::operation_aborted) co_return;
    if (error) {
      observe::warn("control accept failed", {{"reason", error.message()}});
      continue;
    }
    asio::co_spawn(acceptor_.get_executor(), serve(std::move(socket)), asio::detached);
  }
}

asio::awaitable<void> ControlServer::serve(Socket socket) {
  std::string buffer;
  for (;;) {
    boost::system::error_code error;
    const size_t size =
        co_await asio::async_read_until(socket, asio::dynamic_buffer(buffer, max_request), '\n',
                                        asio::redirect_error(asio::use_awaitable, error));
    std::string reply;
    const bool too_long = error == asio::error::not_found;
    if (too_long) {
      reply =
          json::serialize(error_answer(SLIPRING_INVALID_ARGUMENT, "request longer than 64 KiB"));
    } else if (error) {
      co_return;
    } else {
      std::string line = buffer.substr(0, size);
      buffer.erase(0, size);
      reply = co_await answer(std::move(line));
    }
    reply += '\n';
    co_await asio::async_write(socket, asio::buffer(reply),
                               asio::redirect_error(asio::use_awaitable, error));
    if (error || too_long) co_return;
  }
}

asio::awaitable<std::string> ControlServer::answer(std::string line) {
  boost::system::error_code error;
  json::value request = json::parse(line, error);
  if (error || !request.is_object()) {
    co_return json::serialize(
        error_answer(SLIPRING_INVALID_ARGUMENT, "a request is one JSON object on a line"));
  }
  json::object reply = co_await handler_(std::move(request.as_object()));
  co_return json::serialize(reply);
}

}  // namespace slipring::admin
