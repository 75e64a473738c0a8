// What a WebSocket stands between, for tests: a link that keeps what is sent, a host that keeps
// what comes, and the frames of a client.
#pragma once

#include <array>
#include <cstdlib>
#include <functional>
#include <slipring/cpp/bytes.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/frame.hpp"
#include "context.hpp"
#include "frame_reader.hpp"
#include "link.hpp"

namespace slipring::web::websocket_test {

class FakeLink : public Link {
 public:
  std::string sent;
  std::size_t room = SIZE_MAX;  // full when that much was sent
  std::uint64_t moved = 0;
  bool reading = true;
  bool finished = false;
  bool dropped = false;

  bool send(std::string_view bytes) override {
    if (finished || dropped) std::abort();
    sent += bytes;
    return !full();
  }
  bool full() const override { return sent.size() >= room; }
  std::uint64_t progress() const override { return moved; }
  void set_reading(bool value) override { reading = value; }
  void finish() override { finished = true; }
  void drop() override { dropped = true; }
  void become(std::unique_ptr<Protocol> /*next*/, std::span<char> /*rest*/) override {
    std::abort();
  }
  std::string_view peer() const override { return "192.0.2.1:4711"; }
  bool is_secure() const override { return false; }
};

class FakeFront : public Front {
 public:
  struct Message {
    int kind;
    std::string text;
    bool operator==(const Message &) const = default;
  };
  struct Closed {
    int code;
    std::string reason;
    bool operator==(const Closed &) const = default;
  };

  std::vector<Message> messages;  // whole ones
  std::vector<std::string> parts;
  std::vector<Closed> closed;
  int writable = 0;
  std::function<void()> on_receive;
  Opened answer{.status = SLIPRING_OK, .session = 7, .reason = {}, .subprotocol = {}};
  std::function<void(Messages &, const slipring_message_handshake &)> on_open;

  Opened open(Messages &messages_of, const slipring_message_handshake &handshake) override {
    if (on_open) on_open(messages_of, handshake);
    return answer;
  }
  void receive(slipring_session /*session*/, const slipring_message &message) override {
    parts.emplace_back(sdk::view(message.bytes));
    under_way_ += parts.back();
    if (message.more == 0) messages.push_back({message.kind, std::exchange(under_way_, {})});
    if (on_receive) on_receive();
  }
  void messages_writable(slipring_session /*session*/) override { ++writable; }
  void messages_closed(slipring_session /*session*/, std::uint16_t code,
                       std::string_view reason) override {
    closed.push_back({code, std::string(reason)});
  }

  Opened open(Exchange & /*exchange*/, const slipring_http_request & /*request*/) override {
    std::abort();
  }
  void body(slipring_session /*s*/, std::string_view /*bytes*/, bool /*more*/) override {}
  void trailers(slipring_session /*s*/, std::span<const slipring_field> /*fields*/) override {}
  void exchange_writable(slipring_session /*session*/) override {}
  void exchange_closed(slipring_session /*session*/, slipring_status /*status*/) override {}

 private:
  std::string under_way_;
};

// Parts of the first byte of a frame.
namespace wire {
inline constexpr unsigned continuation = 0x0;
inline constexpr unsigned text = 0x1;
inline constexpr unsigned binary = 0x2;
inline constexpr unsigned close = 0x8;
inline constexpr unsigned ping = 0x9;
inline constexpr unsigned pong = 0xa;
inline constexpr unsigned fin = 0x80;
inline constexpr unsigned rsv1 = 0x40;
}  // namespace wire

// A frame as a client sends it, masked.
inline std::string client_frame(unsigned first_byte, std::string payload,
                                std::array<std::uint8_t, 4> mask = {0x37, 0xfa, 0x21, 0x3d}) {
  std::array<std::uint8_t, 10> header;
  const std::size_t size =
      websocket::write_frame_header(Opcode::text, payload.size(), header.data());
  header[0] = static_cast<std::uint8_t>(first_byte);
  header[1] |= 0x80;
  std::string frame(reinterpret_cast<const char *>(header.data()), size);
  frame.append(reinterpret_cast<const char *>(mask.data()), mask.size());
  for (std::size_t i = 0; i < payload.size(); ++i) {
    payload[i] = static_cast<char>(payload[i] ^ mask[i % 4]);
  }
  return frame + payload;
}

inline std::string close_payload(unsigned code, std::string_view reason = {}) {
  std::string payload = {static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
  return payload.append(reason);
}

// A frame as the server sends it.
inline std::string server_frame(unsigned first_byte, std::string_view payload) {
  std::array<std::uint8_t, 10> header;
  const std::size_t size =
      websocket::write_frame_header(Opcode::text, payload.size(), header.data());
  header[0] = static_cast<std::uint8_t>(first_byte);
  return std::string(reinterpret_cast<const char *>(header.data()), size).append(payload);
}

// One message as the host gives it to `Messages::write`: framed, in one piece or several.
class HostFrame {
 public:
  explicit HostFrame(const std::vector<std::string> &pieces, Opcode opcode = Opcode::text) {
    std::string all;
    for (const std::string &piece : pieces) all += piece;
    std::array<std::uint8_t, 10> header;
    const std::size_t size = websocket::write_frame_header(opcode, all.size(), header.data());
    texts_.reserve(pieces.size());
    for (const std::string &piece : pieces) texts_.push_back(piece);
    texts_[0].insert(0, reinterpret_cast<const char *>(header.data()), size);
    bytes_.reserve(texts_.size());
    for (const std::string &text : texts_) bytes_.push_back(sdk::bytes(text));
    frame = {.pieces = bytes_.data(),
             .piece_count = static_cast<std::uint32_t>(bytes_.size()),
             .kind = static_cast<std::uint8_t>(opcode),
             .header_size = static_cast<std::uint8_t>(size),
             .pad_ = {}};
  }
  HostFrame(const HostFrame &) = delete;
  HostFrame &operator=(const HostFrame &) = delete;

  slipring_frame frame{};

 private:
  std::vector<std::string> texts_;
  std::vector<slipring_bytes> bytes_;
};

}  // namespace slipring::web::websocket_test
