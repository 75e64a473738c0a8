#include "wire/connection.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace slipring::bench {

Connection::Connection(uint16_t port)
    : fd_(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
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

Connection::~Connection() {
  if (fd_ >= 0) close(fd_);
}

void Connection::end() {
  close(std::exchange(fd_, -1));
}

void Connection::writable() {
  if (std::exchange(connecting_, false)) connected();
  flush();
}

void Connection::flush() {
  if (is_gone() || connecting_ || output_.empty()) return;
  const ssize_t written = send(fd_, output_.data(), output_.size(), MSG_NOSIGNAL);
  if (written < 0) {
    if (errno != EAGAIN) end();
  } else if (static_cast<size_t>(written) == output_.size()) {
    constexpr size_t kept = size_t{64} << 10;
    output_.capacity() > kept ? std::string().swap(output_) : output_.clear();
  } else {
    output_.erase(0, static_cast<size_t>(written));
  }
}

void Connection::readable(std::vector<char> &buffer) {
  constexpr size_t least = size_t{64} << 10;
  const size_t kept = input_.size();
  if (buffer.size() < kept + least) buffer.resize(2 * (kept + least));
  const ssize_t size = recv(fd_, buffer.data() + kept, buffer.size() - kept, 0);
  if (size < 0 && errno == EAGAIN) return;
  if (size <= 0) {
    end();
    return;
  }
  std::copy(input_.begin(), input_.end(), buffer.begin());
  const std::span<char> bytes(buffer.data(), kept + static_cast<size_t>(size));
  const size_t used = receive(bytes);
  if (used == bytes.size()) {
    if (kept != 0) std::string().swap(input_);
  } else if (!is_gone()) {
    input_.assign(bytes.data() + used, bytes.size() - used);
  }
}

}  // namespace slipring::bench
