// HttpServer: the HTTP/1.1 side of the admin interface: sockets, limits, and what is no request.
//
// What may be asked is the handler's. Requests of a connection are answered one after the other.
// Everything a client can take is bounded: the size of a head and of a body, the time until a
// request is there and until its answer has been taken, and the number of connections.
//
// Thread-safety: control thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <list>
#include <string>

#include "admin/http_answer.hpp"
#include "admin/http_gate.hpp"
#include "base/status.hpp"
#include "edge/address.hpp"

namespace slipring::admin {

struct HttpLimits {
  size_t head = size_t{8} << 10;
  size_t body = size_t{64} << 10;
  size_t connections = 64;
  std::chrono::nanoseconds request = std::chrono::seconds(10);  // until it is there, idle or slow
  std::chrono::nanoseconds answer = std::chrono::seconds(10);   // until it has been taken
};

class HttpServer {
 public:
  HttpServer(boost::asio::io_context &control, HttpHandler handler, HttpGate gate,
             HttpLimits limits = {});
  ~HttpServer();
  HttpServer(const HttpServer &) = delete;
  HttpServer &operator=(const HttpServer &) = delete;

  Status open(const edge::ListenAddress &address);
  // Closes all connections.
  void stop();

  // The bound address, with the port the system chose when 0 was asked for.
  const std::string &address() const { return address_; }

 private:
  struct Connection;

  boost::asio::awaitable<void> accept();
  boost::asio::awaitable<void> serve(Connection &connection);
  boost::asio::awaitable<bool> serve_one(Connection &connection);
  boost::asio::awaitable<bool> refuse(Connection &connection, HttpAnswer answer);
  boost::asio::awaitable<bool> write(Connection &connection, HttpAnswer answer, bool keep_alive);

  boost::asio::ip::tcp::acceptor acceptor_;
  const HttpHandler handler_;
  const HttpGate gate_;
  const HttpLimits limits_;
  std::string address_;
  std::list<Connection> connections_;
};

}  // namespace slipring::admin
