#include "limit/server.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <iterator>

#include "wire/frame.hpp"

namespace slipring::bench {

Server::Server(std::string_view fault)
    : fault_(fault), epoll_(epoll_create1(EPOLL_CLOEXEC)), buffer_(size_t{64} << 10) {}

void Server::adopt(int fd) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = new Connection{fd, false, false, false, {}, {}, {}, 0};
  epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
}

void Server::serve() {
  std::array<epoll_event, 256> events;
  for (;;) {
    const int count = epoll_wait(epoll_, events.data(), events.size(), -1);
    for (int i = 0; i < count; ++i) {
      const epoll_event &event = events[static_cast<size_t>(i)];
      step(*static_cast<Connection *>(event.data.ptr), event.events);
    }
  }
}

void Server::step(Connection &connection, uint32_t events) {
  if ((events & EPOLLOUT) != 0) {
    write(connection);
  } else {
    read(connection);
  }
  for (Connection *const one : dirty_) {
    one->dirty = false;
    write(*one);
  }
  dirty_.clear();
}

void Server::read(Connection &connection) {
  const ssize_t size = recv(connection.fd, buffer_.data(), buffer_.size(), 0);
  if (size < 0 && errno == EAGAIN) return;
  if (size <= 0) return end(connection);
  if (connection.input.empty()) {
    const size_t used = receive(connection, buffer_.data(), static_cast<size_t>(size));
    connection.input.assign(buffer_.data() + used, static_cast<size_t>(size) - used);
  } else {
    connection.input.append(buffer_.data(), static_cast<size_t>(size));
    connection.input.erase(0,
                           receive(connection, connection.input.data(), connection.input.size()));
  }
}

size_t Server::receive(Connection &connection, char *bytes, size_t size) {
  size_t used = 0;
  if (!connection.open) {
    const size_t end = std::string_view(bytes, size).find("\r\n\r\n");
    if (end == std::string_view::npos) return 0;
    connection.open = true;
    used = end + 4;
    std::string &answer = output_of(connection);
    answer +=
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: ";
    answer += handshake_accept;
    answer += "\r\n\r\n";
  }
  for (;;) {
    const Frame frame = Frame::read(bytes + used, size - used);
    if (frame.size == 0) return used;
    used += frame.size;
    message(connection, frame.opcode, frame.payload);
  }
}

void Server::send(Connection &connection, std::string_view frame) {
  std::string &output = output_of(connection);
  const bool spoilt = !fault_.empty() && ++connection.messages % 100 == 0;
  if (!spoilt) {
    output += frame;
    output += connection.held_back;
    connection.held_back.clear();
  } else if (fault_ == "double") {
    output += frame;
    output += frame;
  } else if (fault_ == "reorder") {
    connection.held_back += frame;
  } else if (fault_ == "alter") {
    // The filling of the load programs' messages.
    std::replace_copy(frame.begin(), frame.end(), std::back_inserter(output), 'x', 'y');
  }
}

void Server::end(Connection &connection) {
  closed(connection);
  close(connection.fd);
  delete &connection;
}

std::string &Server::output_of(Connection &connection) {
  if (!connection.dirty && !connection.blocked) {
    dirty_.push_back(&connection);
    connection.dirty = true;
  }
  return connection.output;
}

void Server::write(Connection &connection) {
  std::string &due = connection.output;
  const ssize_t sent = ::send(connection.fd, due.data(), due.size(), MSG_NOSIGNAL);
  const bool is_dead = sent < 0 && errno != EAGAIN;  // what read() will find
  if (is_dead || (sent >= 0 && static_cast<size_t>(sent) == due.size())) {
    std::string().swap(due);
  } else if (sent > 0) {
    due.erase(0, static_cast<size_t>(sent));
  }
  if (due.empty() == !connection.blocked) return;
  connection.blocked = !due.empty();
  epoll_event event{};
  event.events = connection.blocked ? EPOLLOUT : EPOLLIN;
  event.data.ptr = &connection;
  epoll_ctl(epoll_, EPOLL_CTL_MOD, connection.fd, &event);
}

}  // namespace slipring::bench
