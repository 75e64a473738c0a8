// A WebSocket after its handshake (RFC 6455 §5 to §7): frames between its link and the host.
//
// What may happen at any time stands here; what is rare (an ending, a pong that has to wait) has
// memory only while it lasts.
//
// Thread-safety: its shard.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "context.hpp"
#include "frame_reader.hpp"
#include "link.hpp"
#include "message_reader.hpp"

namespace slipring::web {

class WebSocket final : public Protocol, public Messages, private Deadline {
 public:
  // `deflation`: granted by `context.compression`, which gets it back at the end. REQUIRES:
  // `context` and `link` live longer.
  WebSocket(Context &context, Link &link, const Deflation &deflation);
  ~WebSocket() override;

  // The host has opened the session. Before, nothing is used of the link. REQUIRES: called once.
  void opened(slipring_session session);

  // ── from the host ───────────────────────────────────────────────────────────────────────────
  std::size_t write(std::span<const slipring_frame> frames) override;
  void set_reading(bool reading) override;
  void close(std::uint16_t code, std::string_view reason) override;

  // ── from the link ───────────────────────────────────────────────────────────────────────────
  void receive(std::span<char> bytes) override;
  void writable() override;
  void peer_ended() override;
  void lost() override;
  void drain() override {}  // all that is under way is the host's
  void give_way() override {}

 private:
  enum class State : std::uint8_t {
    open,
    closing,  // our Close is out; the peer's is waited for
    closed,   // the peer's Close came; ours goes out behind what the host still has
    over      // the link was told to end
  };

  struct Rare {
    std::uint16_t code = 0;  // what the host will be told
    std::string reason;
    Time since;                       // when the peer closed
    std::optional<std::string> pong;  // to the latest ping, when the link has room
    std::uint64_t progress = 0;       // of a full link, when it began to be watched
  };

  bool listens() const { return state_ == State::open || state_ == State::closing; }
  void late(Wait what) override;

  bool send(const slipring_frame &frame);
  std::string_view compressed(const slipring_frame &frame);
  void send_control(Opcode opcode, std::string_view payload);
  void send_close(std::uint16_t code, std::string_view reason);

  void control(Opcode opcode, std::string_view payload);
  void answer_ping(std::string_view payload);
  void peer_closes(std::string_view payload);
  void peer_closed(std::uint16_t code, std::string_view reason);
  void answer_close();
  void fail(const Violation &violation);
  void finish();

  void alive();
  void silent();
  void no_pong();
  Rare &rare();

  // Small ones first: they fit behind the bases.
  State state_ = State::open;
  bool paused_ = false;       // the host does not want to read
  bool short_write_ = false;  // the host waits for `messages_writable`
  Context &context_;
  Link &link_;
  slipring_session session_ = 0;
  FrameReader frames_;
  MessageReader messages_;
  std::unique_ptr<Rare> rare_;
};

}  // namespace slipring::web
