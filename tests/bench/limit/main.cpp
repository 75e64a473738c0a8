// slipring_bench_limit: the limit of the machine for a WebSocket echo. A plain epoll server with
// one thread per shard of slipringd, that does what RFC 6455 needs for the benchmarks' own client
// and nothing else: no session, no adapter, no check of UTF-8, no queue, no limits. What one read
// brought is answered with one write.
//
//   slipring_bench_limit [THREADS [FAULT]]    prints {"port":N} and serves until it is ended
//
// FAULT (lose, double, reorder, alter) spoils every hundredth message of a connection, for the test
// of what the load generator finds.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "load/frame.hpp"

namespace {

using namespace slipring::bench;

struct Connection {
  int fd;
  bool open = false;
  std::string input;   // the beginning of something incomplete
  std::string output;  // what did not fit
  std::string held_back;
  unsigned messages = 0;
};

class Server {
 public:
  explicit Server(std::string_view fault)
      : fault_(fault), epoll_(epoll_create1(EPOLL_CLOEXEC)), buffer_(size_t{64} << 10) {}

  // [any] The socket is this server's from now on.
  void adopt(int fd) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = new Connection{fd, false, {}, {}, {}, 0};
    epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
  }

  void serve() {
    std::array<epoll_event, 256> events;
    for (;;) {
      const int count = epoll_wait(epoll_, events.data(), events.size(), -1);
      for (int i = 0; i < count; ++i) {
        const epoll_event &event = events[static_cast<size_t>(i)];
        auto *const connection = static_cast<Connection *>(event.data.ptr);
        if (!step(*connection, event.events)) {
          close(connection->fd);
          delete connection;
        }
      }
    }
  }

 private:
  bool step(Connection &connection, uint32_t events) {
    if ((events & EPOLLOUT) != 0) {
      answers_.clear();
      return write(connection);
    }
    const ssize_t size = recv(connection.fd, buffer_.data(), buffer_.size(), 0);
    if (size <= 0) return size < 0 && errno == EAGAIN;
    answers_.clear();
    if (connection.input.empty()) {
      const size_t used = receive(connection, buffer_.data(), static_cast<size_t>(size));
      connection.input.assign(buffer_.data() + used, static_cast<size_t>(size) - used);
    } else {
      connection.input.append(buffer_.data(), static_cast<size_t>(size));
      connection.input.erase(0,
                             receive(connection, connection.input.data(), connection.input.size()));
    }
    return write(connection);
  }

  size_t receive(Connection &connection, char *bytes, size_t size) {
    size_t used = 0;
    if (!connection.open) {
      const size_t end = std::string_view(bytes, size).find("\r\n\r\n");
      if (end == std::string_view::npos) return 0;
      connection.open = true;
      used = end + 4;
      answers_ +=
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          "Sec-WebSocket-Accept: ";
      answers_ += handshake_accept;
      answers_ += "\r\n\r\n";
    }
    for (;;) {
      const Frame frame = Frame::read(bytes + used, size - used);
      if (frame.size == 0) return used;
      used += frame.size;
      answer(connection, frame);
    }
  }

  void answer(Connection &connection, const Frame &frame) {
    const bool spoilt = !fault_.empty() && ++connection.messages % 100 == 0;
    if (!spoilt) {
      append_unmasked(answers_, frame.opcode, frame.payload);
      answers_ += connection.held_back;
      connection.held_back.clear();
    } else if (fault_ == "double") {
      append_unmasked(answers_, frame.opcode, frame.payload);
      append_unmasked(answers_, frame.opcode, frame.payload);
    } else if (fault_ == "reorder") {
      append_unmasked(connection.held_back, frame.opcode, frame.payload);
    } else if (fault_ == "alter") {
      append_unmasked(answers_, frame.opcode, std::string(frame.payload.size(), 'y'));
    }
  }

  bool write(Connection &connection) {
    const bool was_blocked = !connection.output.empty();
    if (was_blocked) connection.output += answers_;
    const std::string_view due = was_blocked ? connection.output : answers_;
    if (due.empty()) return true;
    const ssize_t sent = send(connection.fd, due.data(), due.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) return false;
    connection.output = std::string(due.substr(sent < 0 ? 0 : static_cast<size_t>(sent)));
    const bool is_blocked = !connection.output.empty();
    if (is_blocked == was_blocked) return true;
    epoll_event event{};
    event.events = is_blocked ? EPOLLOUT : EPOLLIN;
    event.data.ptr = &connection;
    return epoll_ctl(epoll_, EPOLL_CTL_MOD, connection.fd, &event) == 0;
  }

  const std::string_view fault_;
  const int epoll_;
  std::vector<char> buffer_;
  std::string answers_;
};

}  // namespace

int main(int argc, char **argv) {
  const size_t threads = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1;
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);

  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  if (threads == 0 || bind(listener, reinterpret_cast<const sockaddr *>(&address), size) != 0 ||
      listen(listener, SOMAXCONN) != 0) {
    std::cerr << "usage: slipring_bench_limit [THREADS [lose|double|reorder|alter]]\n";
    return 2;
  }
  getsockname(listener, reinterpret_cast<sockaddr *>(&address), &size);
  std::cout << "{\"port\":" << ntohs(address.sin_port) << '}' << std::endl;

  std::vector<std::unique_ptr<Server>> servers;
  for (size_t i = 0; i < threads; ++i) {
    servers.push_back(std::make_unique<Server>(argc > 2 ? argv[2] : ""));
    std::thread([server = servers.back().get()] { server->serve(); }).detach();
  }
  for (size_t next = 0;; next = (next + 1) % threads) {
    const int fd = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) continue;
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    servers[next]->adopt(fd);
  }
}
