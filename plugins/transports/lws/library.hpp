// libwebsockets as this transport uses it: one context and one vhost per instance, on a foreign uv
// loop, without a listening socket, TLS, extensions, pings or a log of its own.
//
// Not thread-safe: used on the instance's shard. Making and destroying contexts touches globals of
// the library; that is serialised in here, so shards may do it at the same time.
#pragma once

#include <libwebsockets.h>
#include <uv.h>

#include <array>
#include <string>

#include "client_tls.hpp"

namespace slipring::websocket {

class Library {
 public:
  // Size of the buffer that sockets are read into and the answer to a handshake is written in.
  static constexpr unsigned shared_buffer_bytes = 64 * 1024;

  // `user` is given back by `user_of`. Throws sdk::Error.
  Library(uv_loop_t *loop, lws_callback_function *callback, void *user);
  // REQUIRES: `end` was called and the loop has been drained since.
  ~Library();
  Library(const Library &) = delete;
  Library &operator=(const Library &) = delete;

  // Gives an accepted socket to the library, with a handshake as if the client had sent it. The
  // handshake is over when this returns, one way or the other; the socket is closed when it failed.
  // Null: the connection is gone already.
  ::lws *adopt(int fd, const std::string &handshake);

  // Before the first connect, once: how servers are verified; nullptr: no TLS. Throws sdk::Error.
  void begin_client(ClientContext tls);
  // Begins to connect. `info` has no context, vhost and local protocol. Null: it has failed.
  ::lws *connect(lws_client_connect_info &info);

  // Has the connection closed from the library's loop, whatever it still has to write.
  void drop(::lws *wsi);

  // Closes every connection; their callbacks come from inside this call.
  void end();

  static void *user_of(::lws *wsi) { return lws_context_user(lws_get_context(wsi)); }

 private:
  uv_loop_t *loop_;
  const std::array<lws_protocols, 2> protocols_;
  int event_fd_ = -1;  // the library's own, to wake itself
  lws_context *context_ = nullptr;
  lws_vhost *vhost_ = nullptr;
  lws_vhost *client_vhost_ = nullptr;
  ClientContext client_tls_;
};

}  // namespace slipring::websocket
