#include "admin/http_server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <utility>

#include "observe/log.hpp"

namespace slipring::admin {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

namespace {

using Parser = http::request_parser<http::string_body>;
using Error = boost::system::error_code;

constexpr auto accept_pause = std::chrono::milliseconds(100);
constexpr size_t most_discarded = size_t{1} << 20;
constexpr auto discard_time = std::chrono::seconds(2);
constexpr std::string_view methods = "GET, HEAD, POST";

// What is wrong with a head that could be parsed; a code of 200: nothing.
HttpAnswer check(const Parser::value_type &head, const HttpGate &gate) {
  if (head.version() != 10 && head.version() != 11) {
    return http_error(505, SLIPRING_UNIMPLEMENTED, "accepted: HTTP/1.1");
  }
  if (head.count(http::field::host) != 1 || head.count(http::field::origin) > 1 ||
      head.count(http::field::authorization) > 1) {
    return http_error(400, SLIPRING_INVALID_ARGUMENT,
                      "a request has one Host field, and one Origin and Authorization at most");
  }
  if (!head.target().starts_with('/')) {
    return http_error(400, SLIPRING_INVALID_ARGUMENT, "the target of a request begins with /");
  }
  const std::string refusal = gate.refusal(head[http::field::host], head[http::field::origin]);
  if (!refusal.empty()) return http_error(403, SLIPRING_PERMISSION_DENIED, refusal);
  switch (head.method()) {
    case http::verb::get:
    case http::verb::head:
    case http::verb::post:
      return {};
    default: {
      HttpAnswer answer = http_error(405, SLIPRING_UNIMPLEMENTED,
                                     "method: found \"" + std::string(head.method_string()) +
                                         "\", accepted: " + std::string(methods));
      answer.allow = methods;
      return answer;
    }
  }
}

// For what could not be parsed. A code of 0: the client has gone or was too slow.
HttpAnswer explain(const Error &error, const HttpLimits &limits) {
  if (error == http::error::body_limit) {
    return http_error(413, SLIPRING_OUT_OF_RANGE,
                      "body: accepted: at most " + std::to_string(limits.body) + " bytes");
  }
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return http_error(431, SLIPRING_OUT_OF_RANGE,
                      "head: accepted: at most " + std::to_string(limits.head) + " bytes");
  }
  const bool gone = error == http::error::end_of_stream || error == http::error::partial_message;
  if (gone || error.category() != make_error_code(http::error::bad_method).category()) {
    HttpAnswer none;
    none.code = 0;
    return none;
  }
  return http_error(400, SLIPRING_INVALID_ARGUMENT, "no request: " + error.message());
}

HttpRequest to_request(Parser::value_type &&message) {
  HttpRequest request;
  request.get = message.method() != http::verb::post;
  const std::string_view target = message.target();
  const size_t mark = target.find('?');
  request.path = target.substr(0, mark);
  if (mark != std::string_view::npos) request.query = target.substr(mark + 1);
  request.authorization = message[http::field::authorization];
  request.body = std::move(message.body());
  return request;
}

}  // namespace

struct HttpServer::Connection {
  Connection(asio::ip::tcp::socket socket, const HttpLimits &limits)
      : stream(std::move(socket)), buffer(2 * limits.head) {}

  beast::tcp_stream stream;
  beast::flat_buffer buffer;
  bool head_only = false;  // of the answer to this request
};

HttpServer::HttpServer(asio::io_context &control, HttpHandler handler, HttpGate gate,
                       HttpLimits limits)
    : acceptor_(control), handler_(std::move(handler)), gate_(std::move(gate)), limits_(limits) {}

HttpServer::~HttpServer() {
  stop();
}

Status HttpServer::open(const edge::ListenAddress &address) {
  Error error;
  acceptor_.open(address.endpoint.protocol(), error);
  if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor_.bind(address.endpoint, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    return Status::unavailable("cannot listen on " + edge::to_string(address.endpoint) + ": " +
                               error.message());
  }
  address_ = edge::to_string(acceptor_.local_endpoint());
  asio::co_spawn(acceptor_.get_executor(), accept(), asio::detached);
  return Status::ok();
}

void HttpServer::stop() {
  Error ignored;
  acceptor_.close(ignored);
  for (Connection &connection : connections_) connection.stream.close();
}

asio::awaitable<void> HttpServer::accept() {
  asio::steady_timer pause(acceptor_.get_executor());
  while (acceptor_.is_open()) {
    Error error;
    auto socket = co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, error));
    if (error == asio::error::operation_aborted) co_return;
    if (error) {
      observe::warn("admin accept failed", {{"reason", error.message()}});
      pause.expires_after(accept_pause);
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
      continue;
    }
    if (connections_.size() >= limits_.connections) continue;  // closes it
    Connection &connection = connections_.emplace_back(std::move(socket), limits_);
    asio::co_spawn(acceptor_.get_executor(), serve(connection), asio::detached);
  }
}

asio::awaitable<void> HttpServer::serve(Connection &connection) {
  for (bool more = true; more;) more = co_await serve_one(connection);
  connections_.remove_if([&](const Connection &one) { return &one == &connection; });
}

// False: nothing more comes of that connection.
asio::awaitable<bool> HttpServer::serve_one(Connection &connection) {
  Parser parser;
  parser.header_limit(static_cast<uint32_t>(limits_.head));
  parser.body_limit(limits_.body);
  connection.head_only = false;
  connection.stream.expires_after(limits_.request);
  Error error;
  co_await http::async_read_header(connection.stream, connection.buffer, parser,
                                   asio::redirect_error(asio::use_awaitable, error));
  HttpAnswer wrong = error ? explain(error, limits_) : check(parser.get(), gate_);
  connection.head_only = parser.get().method() == http::verb::head;
  if (wrong.code != 200) co_return co_await refuse(connection, std::move(wrong));
  co_await http::async_read(connection.stream, connection.buffer, parser,
                            asio::redirect_error(asio::use_awaitable, error));
  if (error) {
    wrong = explain(error, limits_);
    co_return co_await refuse(connection, std::move(wrong));
  }
  const bool keep_alive = parser.get().keep_alive();
  connection.stream.expires_never();
  HttpRequest request = to_request(parser.release());
  HttpAnswer answer = co_await handler_(std::move(request));
  co_return co_await write(connection, std::move(answer), keep_alive);
}

// Closes behind the answer, in such a way that a client that still sends gets to read it.
asio::awaitable<bool> HttpServer::refuse(Connection &connection, HttpAnswer answer) {
  if (answer.code == 0) co_return false;
  co_await write(connection, std::move(answer), false);
  Error error;
  connection.stream.socket().shutdown(asio::ip::tcp::socket::shutdown_send, error);
  connection.stream.expires_after(discard_time);
  for (size_t discarded = 0; !error && discarded < most_discarded;) {
    connection.buffer.clear();
    const size_t size = co_await connection.stream.async_read_some(
        connection.buffer.prepare(limits_.head), asio::redirect_error(asio::use_awaitable, error));
    discarded += size;
  }
  co_return false;
}

asio::awaitable<bool> HttpServer::write(Connection &connection, HttpAnswer answer,
                                        bool keep_alive) {
  http::response<http::string_body> response;
  response.result(answer.code);
  response.set(http::field::content_type, answer.type);
  response.set(http::field::cache_control, "no-store");
  response.set("X-Content-Type-Options", "nosniff");
  if (!answer.allow.empty()) response.set(http::field::allow, answer.allow);
  if (!answer.authenticate.empty()) {
    response.set(http::field::www_authenticate, answer.authenticate);
  }
  response.keep_alive(keep_alive);
  response.body() = std::move(answer.body);
  response.prepare_payload();
  http::response_serializer<http::string_body> serializer(response);
  connection.stream.expires_after(limits_.answer);
  Error error;
  if (connection.head_only) {
    co_await http::async_write_header(connection.stream, serializer,
                                      asio::redirect_error(asio::use_awaitable, error));
  } else {
    co_await http::async_write(connection.stream, serializer,
                               asio::redirect_error(asio::use_awaitable, error));
  }
  co_return !error && keep_alive;
}

}  // namespace slipring::admin
