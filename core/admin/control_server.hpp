// ControlServer: the host's control socket.
//
// A Unix socket in the state directory, open to the host's own user. Each request is one JSON
// object on a line, {"op":"status"}, each answer one JSON object on a line; a connection may ask
// many times. What `slipring --json` prints is the answer as it came.
//
// Thread-safety: control thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/json/object.hpp>
#include <filesystem>
#include <functional>

#include "base/status.hpp"

namespace slipring::admin {

class ControlServer {
 public:
  // Answers one request. An error is answered as {"error":{"status":..,"message":..}}.
  using Handler =
      std::function<boost::asio::awaitable<boost::json::object>(boost::json::object request)>;

  ControlServer(boost::asio::io_context &control, Handler handler);
  ~ControlServer();

  // Replaces a socket left by a process that has ended. REQUIRES: the state directory is locked.
  Status open(const std::filesystem::path &path);
  void stop();

 private:
  using Socket = boost::asio::local::stream_protocol::socket;

  boost::asio::awaitable<void> accept();
  boost::asio::awaitable<void> serve(Socket socket);
  boost::asio::awaitable<std::string> answer(std::string line);

  boost::asio::local::stream_protocol::acceptor acceptor_;
  Handler handler_;
  std::filesystem::path path_;
};

boost::json::object error_answer(slipring_status code, std::string_view message);

}  // namespace slipring::admin
