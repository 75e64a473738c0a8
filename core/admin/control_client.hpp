// ControlConnection: asks a running host through its control socket.
//
// Thread-safety: none. Calls wait, but for send_some().
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/json/object.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/status.hpp"

namespace slipring::admin {

class ControlConnection {
 public:
  // UNAVAILABLE: no host is reachable at that socket.
  static Result<ControlConnection> open(const std::filesystem::path &socket);

  Status send(const boost::json::object &request);
  // One that is written already, without its line end.
  Status send_line(std::string_view request);
  // The next line. An error is the host's own; UNAVAILABLE also when the host has gone.
  Result<boost::json::object> receive();
  // The same without reading its JSON, its end taken off; valid until the next call.
  Result<std::string_view> receive_line();

  // For callers that wait for several things with poll(): whether receive() has a line already, and
  // as much of `bytes` as the host takes now.
  bool has_line() const;
  Result<size_t> send_some(std::string_view bytes);
  int descriptor() const { return socket_->native_handle(); }

 private:
  ControlConnection();

  std::unique_ptr<boost::asio::io_context> loop_;
  std::unique_ptr<boost::asio::local::stream_protocol::socket> socket_;
  std::string read_;
  size_t given_ = 0;  // bytes at the front of `read_` that the caller has had
};

// What {"error":{..}} says. REQUIRES: it is there.
Status error_in(const boost::json::object &answer);

// What a line of the host says: the object, or the error in it.
Result<boost::json::object> parse_answer(std::string_view line);

// One request, one answer.
Result<boost::json::object> ask(const std::filesystem::path &socket,
                                const boost::json::object &request);

}  // namespace slipring::admin
