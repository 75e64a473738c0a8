// One instance of the transport: takes accepted sockets through the handshake, opens their sessions
// with the host and gives them to libwebsockets.
//
// Not thread-safe: used on its shard.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "connection.hpp"
#include "dialler.hpp"
#include "pending.hpp"
#include "shard.hpp"

namespace slipring::websocket {

class Transport final : private Acceptor {
 public:
  // Throws sdk::Error.
  Transport(const slipring_host *host, const slipring_loop &loop, const Settings &settings);
  // REQUIRES: `stopped` was called.
  ~Transport();

  void adopt(const slipring_accepted &accepted);

  // Throws sdk::Error.
  void dial(const slipring_dial &dial);

  // Reads certificates again; one line about them, empty when there are none. Throws sdk::Error.
  std::string reload();

  // See slipring_transport_drain.
  void give_way(void (*empty)(void *), void *user);
  void drain(void (*empty)(void *), void *user);

  // Drops what is open; calls `stopped(user)` when every handle is closed.
  void stop(void (*stopped)(void *), void *user);

 private:
  void serve(const slipring_accepted &accepted);
  void accept(Pending &pending) override;
  void upgrade(Connection *connection, int fd, std::string_view key, std::string_view subprotocol);
  void abandon_handshakes();
  void finish_stop();

  static int callback(::lws *wsi, lws_callback_reasons reason, void *, void *in, std::size_t size);
  int event(::lws *wsi, lws_callback_reasons reason, void *in, std::size_t size);
  void established(::lws *wsi);
  int add_headers(lws_process_html_args &response);

  int dialled_event(::lws *wsi, lws_callback_reasons reason, void *in, std::size_t size);

  Shard shard_;
  std::unique_ptr<Dialler> dialler_;  // of a link's instance

  // The handshake that libwebsockets is answering at the moment; it does so inside one call.
  Connection *upgrading_ = nullptr;
  std::string_view upgrading_subprotocol_;

  bool draining_ = false;
  bool stopping_ = false;
  void (*stopped_)(void *) = nullptr;
  void *stopped_user_ = nullptr;
};

}  // namespace slipring::websocket
