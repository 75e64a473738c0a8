#include "admin/control_server.hpp"

#include <sys/stat.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json.hpp>

#include "observe/log.hpp"

namespace slipring::admin {

namespace asio = boost::asio;
namespace json = boost::json;

json::object error_answer(slipring_status code, std::string_view message) {
  return {{"error", {{"status", status_name(code)}, {"message", message}}}};
}

ControlServer::ControlServer(asio::io_context &control, Handler handler, size_t max_request)
    : acceptor_(control), handler_(std::move(handler)), max_request_(max_request) {}

ControlServer::~ControlServer() {
  stop();
}

void ControlServer::answer_at_length(std::string op, LongHandler handler) {
  long_handlers_.emplace(std::move(op), std::move(handler));
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
  Conversation conversation(std::move(socket));
  std::string buffer;
  while (!conversation.ended_) {
    boost::system::error_code error;
    const size_t size = co_await asio::async_read_until(
        conversation.socket_, asio::dynamic_buffer(buffer, max_request_), '\n',
        asio::redirect_error(asio::use_awaitable, error));
    if (error == asio::error::not_found) {
      const std::string limit = std::to_string(max_request_);
      const json::object refused = error_answer(
          SLIPRING_INVALID_ARGUMENT, "request longer than " + limit + " bytes with its line end");
      co_await conversation.say(refused);
      co_return;
    }
    if (error) co_return;
    co_await answer(std::string_view(buffer).substr(0, size), conversation);
    buffer.erase(0, size);
  }
}

asio::awaitable<void> ControlServer::answer(std::string_view line, Conversation &conversation) {
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = max_json_depth;
  json::value request = json::parse(line, error, {}, options);
  if (error || !request.is_object()) {
    const json::object refused =
        error_answer(SLIPRING_INVALID_ARGUMENT, "a request is one JSON object on a line");
    co_await conversation.say(refused);
    co_return;
  }
  const json::value *const op = request.get_object().if_contains("op");
  const auto at_length = op != nullptr && op->is_string()
                             ? long_handlers_.find(std::string_view(op->get_string()))
                             : long_handlers_.end();
  if (at_length != long_handlers_.end()) {
    co_await at_length->second(std::move(request.get_object()), conversation);
    co_return;
  }
  const json::object reply = co_await handler_(std::move(request.get_object()));
  co_await conversation.say(reply);
}

}  // namespace slipring::admin
