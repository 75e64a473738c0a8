// An accepted socket until its handshake is over: reads the request, answers what cannot become a
// WebSocket, hands the rest to the host and to libwebsockets.
//
// Not thread-safe: used on its shard. Belongs to itself: it is always in one of the shard's two
// queues of deadlines, and destroys itself when it leaves both.
#pragma once

#include <slipring/ext/transport.h>

#include <string>
#include <string_view>

#include "common/deadline_queue.hpp"
#include "handshake.hpp"
#include "shard.hpp"

namespace slipring::websocket {

class Acceptor;

class Pending final : public DeadlineQueue::Entry {
 public:
  // Begins to wait for the request. The socket is closed whatever happens.
  static void begin(Shard &shard, Acceptor &acceptor, const slipring_accepted &accepted);

  std::uint32_t endpoint() const { return endpoint_; }
  const std::string &peer() const { return peer_; }
  const Handshake &handshake() const { return parser_.handshake(); }

  // Sends the error, then waits a little for the client to read it.
  void refuse(const HttpError &error);
  // Gives the socket away; nothing else may be called on this object afterwards.
  int release();

  void timed_out();
  void linger_over();
  // Closes the socket.
  void abandon();

 private:
  Pending(Shard &shard, Acceptor &acceptor, const slipring_accepted &accepted);
  ~Pending() = default;

  void ready();
  void read_request();
  void discard_input();
  void wait() { shard_.loop.watch_wait(watch_, SLIPRING_READABLE); }

  Shard &shard_;
  const Census::Member counted_{shard_.census};
  Acceptor &acceptor_;
  const int fd_;
  slipring_watch *watch_;
  const std::uint32_t endpoint_;
  const std::string peer_;
  HandshakeParser parser_;
  std::size_t discarded_ = 0;
  bool silent_ = true;
  bool answered_ = false;
};

// Who takes a handshake that is complete: answers `refuse`, or takes the socket by `release`.
class Acceptor {
 public:
  virtual void accept(Pending &pending) = 0;

 protected:
  ~Acceptor() = default;
};

}  // namespace slipring::websocket
