#include "tcp_progress.hpp"

// The kernel's header, not libc's: its tcp_info is longer. They exclude each other.
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace slipring::websocket {

std::uint32_t acknowledged_bytes(int socket) {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return 0;
  return static_cast<std::uint32_t>(info.tcpi_bytes_acked);
}

}  // namespace slipring::websocket
