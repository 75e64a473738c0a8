#include "wire/web_socket.hpp"

#include <stdexcept>

namespace slipring::bench {

void WebSocket::request(std::string &output, std::string_view path) {
  output += "GET ";
  output += path;
  output +=
      " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ";
  output += handshake_key;
  output += "\r\n\r\n";
}

size_t WebSocket::receive_handshake(std::string_view bytes) {
  const size_t end_of_head = bytes.find("\r\n\r\n");
  if (end_of_head == std::string_view::npos) return 0;
  const std::string_view head = bytes.substr(0, end_of_head);
  if (!head.starts_with("HTTP/1.1 101") || head.find(handshake_accept) == std::string_view::npos) {
    throw std::runtime_error("handshake refused: " + std::string(head.substr(0, head.find('\r'))));
  }
  state_ = State::open;
  return end_of_head + 4;
}

// xorshift: cheap, and no two frames alike.
uint32_t WebSocket::next_mask() {
  mask_ ^= mask_ << 13;
  mask_ ^= mask_ >> 17;
  mask_ ^= mask_ << 5;
  return mask_;
}

}  // namespace slipring::bench
