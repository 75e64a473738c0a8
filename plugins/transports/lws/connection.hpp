// One WebSocket after its handshake: frames from the host to the socket, messages from
// libwebsockets to the host, and how it ends.
//
// Not thread-safe: used on its shard. Belongs to libwebsockets' connection from `established` on
// and is destroyed with it; the host's pointer to it is valid until the host was told `closed`.
#pragma once

#include <libwebsockets.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "liveness.hpp"
#include "shard.hpp"
#include "utf8.hpp"

namespace slipring::websocket {

class Connection final : private Liveness::Peer {
 public:
  explicit Connection(Shard &shard) : shard_(shard) {}
  ~Connection() = default;

  // ── from the host ───────────────────────────────────────────────────────────────────────────
  void opened(slipring_session session) { session_ = session; }
  std::size_t write(const slipring_frame *frames, std::size_t count);
  void set_reading(bool reading);
  void close(std::uint16_t code, std::string_view reason);

  // ── from libwebsockets; an answer of false ends the connection ──────────────────────────────
  void established(::lws *wsi);
  void received(std::string_view bytes);
  void pong_received();
  // `payload`: of the client's Close. It is sent back as it is when this returns true.
  bool peer_closes(unsigned char *payload, std::size_t size);
  bool writeable();
  // Tells the host. The connection is to be destroyed next.
  void closed();

 private:
  // How the connection ends, once that is known.
  struct Ending {
    std::uint16_t code;
    std::string reason;
    bool from_peer;
  };

  void send_ping() override;
  void found_dead() override;
  void close_overdue() override;

  void alive();
  void write_large(const slipring_frame &frame);
  void write_bytes(unsigned char *bytes, std::size_t size);
  void end(Ending ending);
  void vanish();

  Shard &shard_;
  ::lws *wsi_ = nullptr;
  slipring_session session_ = 0;
  std::unique_ptr<Ending> ending_;
  std::uint32_t acknowledged_ = 0;  // by the peer, when it was last due for a ping
  Utf8 text_;
  bool blocked_ = false;   // libwebsockets holds output it could not write yet
  bool paused_ = false;    // the host does not want input
  bool vanished_ = false;  // given up: no closing handshake took place
};

}  // namespace slipring::websocket
