// WebSocket: the client's side of one connection, as bytes in and bytes out: the handshake,
// messages of one frame, pings, the close.
//
// Thread-safety: none.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "wire/frame.hpp"

namespace slipring::bench {

class WebSocket {
 public:
  // `seed` of the masks: no two connections alike.
  explicit WebSocket(uint32_t seed) : mask_(seed * 2654435761u + 1) {}

  bool is_open() const { return state_ == State::open; }
  bool is_closed() const { return state_ == State::closed; }

  void request(std::string &output, std::string_view path);
  void send(std::string &output, uint8_t opcode, std::string_view payload) {
    append_masked(output, opcode, payload, next_mask());
  }

  // Calls `opened()` at the end of the handshake and `message(payload)` for each frame of data;
  // answers how much of `bytes` is used. Throws std::runtime_error when the handshake is refused.
  template <typename Opened, typename Message>
  size_t receive(std::span<char> bytes, std::string &output, const Opened &opened,
                 const Message &message) {
    size_t used = 0;
    if (state_ == State::shaking_hands) {
      used = receive_handshake({bytes.data(), bytes.size()});
      if (used == 0) return 0;
      opened();
    }
    while (state_ == State::open) {
      const Frame frame = Frame::read(bytes.data() + used, bytes.size() - used);
      if (frame.size == 0) break;
      used += frame.size;
      if (frame.opcode <= op_binary) {
        message(frame.payload);
      } else if (frame.opcode == op_ping) {
        send(output, op_pong, frame.payload);
      } else if (frame.opcode == op_close) {
        state_ = State::closed;
      }
    }
    return used;
  }

 private:
  enum class State : uint8_t { shaking_hands, open, closed };

  size_t receive_handshake(std::string_view bytes);
  uint32_t next_mask();

  State state_ = State::shaking_hands;
  uint32_t mask_;
};

}  // namespace slipring::bench
