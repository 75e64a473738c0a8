#include "tcp_progress.hpp"

// The kernel's header, not libc's: its tcp_info is longer. They exclude each other.
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace slipring::websocket {

namespace {

constexpr unsigned close_wait = 8;  // TCP_CLOSE_WAIT, which only libc's header has

tcp_info info_of(int socket) {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return {};
  return info;
}

}  // namespace

std::uint32_t acknowledged_bytes(int socket) {
  return static_cast<std::uint32_t>(info_of(socket).tcpi_bytes_acked);
}

bool peer_has_finished(int socket) {
  return info_of(socket).tcpi_state == close_wait;
}

}  // namespace slipring::websocket
