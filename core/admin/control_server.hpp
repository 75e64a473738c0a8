// ControlServer: the host's control socket.
//
// A Unix socket in the state directory, open to the host's own user. Each request is one JSON
// object on a line, {"op":"status"}, each answer one JSON object on a line; a connection may ask
// many times, without waiting for the answers, which come in order. What `slipring --json` prints
// is the answer as it came.
//
// A few requests, such as {"op":"subscribe"}, are answered by as many lines as there are to say,
// until the client closes or the host ends it. Such a connection serves that request alone.
//
// Thread-safety: control thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/json/object.hpp>
#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "admin/conversation.hpp"
#include "base/status.hpp"

namespace slipring::admin {

class ControlServer {
 public:
  // Answers one request. An error is answered as {"error":{"status":..,"message":..}}.
  using Handler =
      std::function<boost::asio::awaitable<boost::json::object>(boost::json::object request)>;

  // Answers one request by any number of lines. The conversation ends with the coroutine; with
  // end() called, the connection does too.
  using LongHandler = std::function<boost::asio::awaitable<void>(boost::json::object request,
                                                                 Conversation &conversation)>;

  static constexpr size_t default_max_request = size_t{2} << 20;

  // A longer request is refused, and its connection closed.
  ControlServer(boost::asio::io_context &control, Handler handler,
                size_t max_request = default_max_request);
  ~ControlServer();

  // Requests with that op go there instead. REQUIRES: before open().
  void answer_at_length(std::string op, LongHandler handler);

  // Replaces a socket left by a process that has ended. REQUIRES: the state directory is locked.
  Status open(const std::filesystem::path &path);
  void stop();

 private:
  using Socket = Conversation::Socket;

  boost::asio::awaitable<void> accept();
  boost::asio::awaitable<void> serve(Socket socket);
  boost::asio::awaitable<void> answer(std::string_view line, Conversation &conversation);

  boost::asio::local::stream_protocol::acceptor acceptor_;
  const Handler handler_;
  std::map<std::string, LongHandler, std::less<>> long_handlers_;
  const size_t max_request_;
  std::filesystem::path path_;
};

boost::json::object error_answer(slipring_status code, std::string_view message);

}  // namespace slipring::admin
