// slipring_bench_limit: the limit of the machine for a WebSocket server.
//
//   slipring_bench_limit echo [THREADS [FAULT]]
//   slipring_bench_limit pubsub [1 [FAULT]]
//
// Prints {"port":N} and serves until it is ended. FAULT (lose, double, reorder, alter) spoils every
// hundredth message of a connection.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string_view>
#include <thread>
#include <vector>

#include "limit/echo.hpp"
#include "limit/pubsub.hpp"

namespace {

using namespace slipring::bench;

struct Listener {
  int fd = -1;
  uint16_t port = 0;
};

// On any port of 127.0.0.1; fd is -1 when there is none.
Listener listen_anywhere() {
  Listener listener{socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), 0};
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  if (bind(listener.fd, reinterpret_cast<const sockaddr *>(&address), size) != 0 ||
      listen(listener.fd, SOMAXCONN) != 0) {
    return {};
  }
  getsockname(listener.fd, reinterpret_cast<sockaddr *>(&address), &size);
  listener.port = ntohs(address.sin_port);
  return listener;
}

std::unique_ptr<Server> make_server(std::string_view kind, std::string_view fault) {
  if (kind == "echo") return std::make_unique<EchoServer>(fault);
  return std::make_unique<PubsubServer>(fault);
}

}  // namespace

int main(int argc, char **argv) {
  const std::string_view kind = argc > 1 ? argv[1] : "";
  const size_t threads = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 1;
  const std::string_view fault = argc > 3 ? argv[3] : "";
  if (threads == 0 || (kind != "echo" && (kind != "pubsub" || threads != 1))) {
    std::cerr << "usage: slipring_bench_limit echo [THREADS [lose|double|reorder|alter]]\n"
                 "       slipring_bench_limit pubsub [1 [lose|double|reorder|alter]]\n";
    return 2;
  }
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  const Listener listener = listen_anywhere();
  if (listener.fd < 0) {
    std::cerr << "slipring_bench_limit: no port to listen on\n";
    return 3;
  }
  std::cout << "{\"port\":" << listener.port << '}' << std::endl;

  std::vector<std::unique_ptr<Server>> servers;
  for (size_t i = 0; i < threads; ++i) {
    servers.push_back(make_server(kind, fault));
    std::thread([server = servers.back().get()] { server->serve(); }).detach();
  }
  for (size_t next = 0;; next = (next + 1) % threads) {
    const int fd = accept4(listener.fd, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) continue;
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    servers[next]->adopt(fd);
  }
}
