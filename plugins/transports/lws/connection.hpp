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

#include "common/frame.hpp"
#include "common/liveness.hpp"
#include "common/utf8.hpp"
#include "message_peer.hpp"
#include "shard.hpp"

namespace slipring::websocket {

// What is queued in Shard::stuck.
class StuckEntry : public DeadlineQueue::Entry {};

class Connection final : public MessagePeer, private Liveness::Peer, private StuckEntry {
 public:
  explicit Connection(Shard &shard) : shard_(shard) {}
  ~Connection() = default;

  // ── from the host ───────────────────────────────────────────────────────────────────────────
  void opened(slipring_session session) { session_ = session; }
  std::size_t write(const slipring_frame *frames, std::size_t count) override;
  void set_reading(bool reading) override;
  void close(std::uint16_t code, std::string_view reason) override;

  // ── from libwebsockets ──────────────────────────────────────────────────────────────────────
  void established(::lws *wsi);
  void received(std::string_view bytes);
  void pong_received();
  // `payload`: of the client's Close. True: it is sent back, as it is then, and the connection
  // ends; false: it ends at once.
  bool peer_closes(unsigned char *payload, std::size_t size);
  void writeable();
  // Tells the host. The connection is to be destroyed next.
  void closed();

  // ── from the shard ──────────────────────────────────────────────────────────────────────────
  // The entry was due in Shard::stuck.
  static void still_stuck(DeadlineQueue::Entry &entry);

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
  void apply_reading();
  void stuck();
  void unstuck();
  void look_after_stuck();
  bool check_header(std::string_view payload, Opcode opcode);
  void write_large(const slipring_frame &frame);
  void write_bytes(unsigned char *bytes, std::size_t size);
  void end(Ending ending);
  void send_close();
  void vanish();

  Shard &shard_;
  const Census::Member counted_{shard_.census};
  ::lws *wsi_ = nullptr;
  slipring_session session_ = 0;
  std::unique_ptr<Ending> ending_;
  std::size_t frame_left_ = 0;      // bytes still to come of the frame being received
  std::uint32_t acknowledged_ = 0;  // by the peer, when it was last due for a ping
  Utf8 text_;
  bool received_frame_ = false;
  bool reading_ = true;
  bool blocked_ = false;     // libwebsockets holds output it could not write yet
  bool hold_input_ = false;  // nothing is read for a moment, because output is stuck
  bool paused_ = false;      // the host does not want input
  bool close_sent_ = false;
  bool vanished_ = false;  // given up: no closing handshake took place
};

}  // namespace slipring::websocket
