#include "load/client.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "load/frame.hpp"

namespace slipring::bench {

Client::Client(uint32_t index, uint16_t port, std::string_view path)
    : index_(index),
      path_(path),
      fd_(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)),
      mask_(index * 2654435761u + 1) {
  if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "socket");
  const int on = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  // Ends with a reset: no port waits for stray segments after a run.
  const linger reset{1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd_, reinterpret_cast<const sockaddr *>(&address), sizeof(address)) != 0 &&
      errno != EINPROGRESS) {
    const std::system_error error(errno, std::generic_category(), "connect");
    close(fd_);
    throw error;
  }
}

Client::~Client() {
  if (fd_ >= 0) close(fd_);
}

void Client::end() {
  state_ = State::gone;
  close(std::exchange(fd_, -1));
}

void Client::writable() {
  if (state_ == State::connecting) {
    state_ = State::shaking_hands;
    output_ = "GET " + std::string(path_) +
              " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " +
              std::string(handshake_key) + "\r\n\r\n";
  }
  flush();
}

void Client::send(std::string_view message) {
  append_masked(output_, op_text, message, mask());
}

// xorshift: cheap, and no two frames alike.
uint32_t Client::mask() {
  mask_ ^= mask_ << 13;
  mask_ ^= mask_ >> 17;
  mask_ ^= mask_ << 5;
  return mask_;
}

void Client::flush() {
  if (state_ == State::gone || output_.empty()) return;
  const ssize_t written = ::send(fd_, output_.data(), output_.size(), MSG_NOSIGNAL);
  if (written < 0) {
    if (errno != EAGAIN) end();
  } else if (static_cast<size_t>(written) == output_.size()) {
    constexpr size_t kept = 4096;
    output_.capacity() > kept ? std::string().swap(output_) : output_.clear();
  } else {
    output_.erase(0, static_cast<size_t>(written));
  }
}

void Client::readable(std::span<char> buffer, const OnMessage &on_message) {
  const ssize_t size = recv(fd_, buffer.data(), buffer.size(), 0);
  if (size < 0 && errno == EAGAIN) return;
  if (size <= 0) {
    end();
    return;
  }
  const auto fresh = buffer.first(static_cast<size_t>(size));
  if (input_.empty()) {
    receive(fresh, on_message);
    return;
  }
  std::string whole = std::exchange(input_, {});
  whole.append(fresh.data(), fresh.size());
  receive(whole, on_message);
}

void Client::receive(std::span<char> bytes, const OnMessage &on_message) {
  size_t used = 0;
  if (state_ == State::shaking_hands) used = receive_handshake({bytes.data(), bytes.size()});
  if (state_ == State::open) used += receive_frames(bytes.subspan(used), on_message);
  if (state_ != State::gone) input_.assign(bytes.data() + used, bytes.size() - used);
}

size_t Client::receive_handshake(std::string_view bytes) {
  const size_t end_of_head = bytes.find("\r\n\r\n");
  if (end_of_head == std::string_view::npos) return 0;
  const std::string_view head = bytes.substr(0, end_of_head);
  if (!head.starts_with("HTTP/1.1 101") || head.find(handshake_accept) == std::string_view::npos) {
    throw std::runtime_error("handshake refused: " + std::string(head.substr(0, head.find('\r'))));
  }
  state_ = State::open;
  return end_of_head + 4;
}

size_t Client::receive_frames(std::span<char> bytes, const OnMessage &on_message) {
  size_t used = 0;
  while (state_ == State::open) {
    const Frame frame = Frame::read(bytes.data() + used, bytes.size() - used);
    if (frame.size == 0) break;
    used += frame.size;
    if (frame.opcode == op_text || frame.opcode == op_binary) {
      on_message(*this, frame.payload);
    } else if (frame.opcode == op_ping) {
      append_masked(output_, op_pong, frame.payload, mask());
    } else if (frame.opcode == op_close) {
      end();
    }
  }
  return used;
}

}  // namespace slipring::bench
