// Conversation: a connection of the control socket, as the handler of one of its requests sees it.
//
// For requests that are answered by more than one line. Nothing is kept back here: a line has been
// taken by the socket when say() resumes, so a client that does not read holds up its handler and
// nobody else, and what piles up meanwhile is for the handler to bound.
//
// Thread-safety: control thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/json/object.hpp>
#include <string>

namespace slipring::admin {

// Of a line, in both directions: Boost.JSON's own limit for the data of an event, and room for what
// is around them.
constexpr size_t max_json_depth = 64;

class Conversation {
 public:
  using Socket = boost::asio::local::stream_protocol::socket;

  explicit Conversation(Socket socket) : socket_(std::move(socket)) {}
  Conversation(const Conversation &) = delete;
  Conversation &operator=(const Conversation &) = delete;

  // False: the client has gone. Nobody else says anything before it resumes.
  boost::asio::awaitable<bool> say(const boost::json::object &line);
  // The same with lines that are written already, each with its end.
  boost::asio::awaitable<bool> write(std::string lines);

  // Resumes when the client closes, or says more, which it may not before the answer has ended.
  // Together with say(): `co_await (answer(conversation) || conversation.closed())`.
  boost::asio::awaitable<void> closed();

  // There is nothing more to say: the connection is closed when the handler returns.
  void end() { ended_ = true; }

 private:
  friend class ControlServer;

  Socket socket_;
  bool ended_ = false;
};

}  // namespace slipring::admin
