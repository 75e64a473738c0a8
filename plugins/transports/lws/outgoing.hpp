// One WebSocket of ours at a server: as Connection is for clients. What a client sends is masked
// (RFC 6455 §5.3), which libwebsockets does, one message each time it asks for one; so a few
// messages are copied and wait here.
//
// Not thread-safe: used on its shard. Belongs to libwebsockets' connection and is destroyed with
// it; the host's pointer to it is valid until the host was told `closed`.
#pragma once

#include <libwebsockets.h>

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "common/liveness.hpp"
#include "common/utf8.hpp"
#include "message_peer.hpp"
#include "shard.hpp"

namespace slipring::websocket {

class Outgoing final : public MessagePeer, private Liveness::Peer {
 public:
  Outgoing(Shard &shard, ::lws *wsi);
  ~Outgoing() = default;

  // ── from the host ───────────────────────────────────────────────────────────────────────────
  void opened(slipring_session session);
  std::size_t write(const slipring_frame *frames, std::size_t count) override;
  void set_reading(bool reading) override;
  void close(std::uint16_t code, std::string_view reason) override;

  // ── from libwebsockets ──────────────────────────────────────────────────────────────────────
  void received(std::string_view bytes);
  void pong_received() { alive(); }
  // False: the connection ends at once. Else what libwebsockets answers goes out first.
  bool peer_closes(std::string_view payload);
  // False: the connection is to end.
  bool writeable();
  // Tells the host. The connection is to be destroyed next.
  void closed();

 private:
  struct Message {
    std::string bytes;  // behind LWS_PRE bytes of room
    std::uint8_t kind;
  };

  void send_ping() override;
  void found_dead() override;
  void close_overdue() override;

  void alive();
  void want_to_write();
  bool send_close();
  void end(std::uint16_t code);
  void vanish();

  Shard &shard_;
  const Census::Member counted_{shard_.census};
  ::lws *wsi_;
  slipring_session session_ = 0;
  std::deque<Message> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::optional<std::uint16_t> code_;  // that it ends with, once known
  std::string reason_;
  Utf8 text_;
  bool refused_ = false;  // the host was offered more than there was room for
  bool paused_ = false;   // the host does not want input
  bool wants_ping_ = false;
  bool closing_ = false;  // our Close goes out behind what waits
  bool close_sent_ = false;
  bool vanished_ = false;
};

}  // namespace slipring::websocket
