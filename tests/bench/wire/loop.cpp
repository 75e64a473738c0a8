#include "wire/loop.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <stdexcept>
#include <string>
#include <system_error>

namespace slipring::bench {
namespace {

constexpr uint64_t open_within = 60 * second;
constexpr size_t handshakes_at_once = 200;

}  // namespace

Loop::Loop() : epoll_(epoll_create1(EPOLL_CLOEXEC)), buffer_(size_t{256} << 10) {
  if (epoll_ < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
}

Loop::~Loop() {
  close(epoll_);
}

uint64_t Loop::now() {
  return static_cast<uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
}

void Loop::watch(Connection &connection, int operation) {
  connection.watched_for_writing_ = connection.wants_to_write();
  epoll_event event{};
  event.events = EPOLLIN | (connection.watched_for_writing_ ? uint32_t{EPOLLOUT} : 0);
  event.data.ptr = &connection;
  epoll_ctl(epoll_, operation, connection.fd(), &event);
}

void Loop::add(Connection &connection) {
  watch(connection, EPOLL_CTL_ADD);
}

// After anything that may have written, or have ended the connection.
void Loop::settle(Connection &connection) {
  if (connection.is_gone()) {
    ++closed_;
  } else if (connection.wants_to_write() != connection.watched_for_writing_) {
    watch(connection, EPOLL_CTL_MOD);
  }
}

void Loop::flush(Connection &connection) {
  if (connection.is_gone()) return;
  connection.flush();
  settle(connection);
}

void Loop::poll(uint64_t until) {
  std::array<epoll_event, 512> events;
  const uint64_t begin = now();
  const uint64_t wait = until > begin ? until - begin : 0;
  const timespec timeout{static_cast<time_t>(wait / second), static_cast<long>(wait % second)};
  const int count = epoll_pwait2(epoll_, events.data(), events.size(), &timeout, nullptr);
  for (int i = 0; i < count; ++i) {
    const epoll_event &event = events[static_cast<size_t>(i)];
    if (event.data.ptr == nullptr) {
      awake_ = true;
      continue;
    }
    Connection &connection = *static_cast<Connection *>(event.data.ptr);
    if ((event.events & EPOLLOUT) != 0) connection.writable();
    const bool readable = (event.events & ~uint32_t{EPOLLOUT}) != 0;
    if (readable && !connection.is_gone()) {
      received_at_ = now();
      connection.readable(buffer_);
      connection.flush();
    }
    settle(connection);
  }
}

void Loop::open(size_t count, const std::function<void(size_t)> &connect,
                const std::function<size_t()> &are_open) {
  const uint64_t deadline = now() + open_within;
  for (size_t begun = 0, open = 0; open < count; open = are_open()) {
    while (begun < count && begun < open + handshakes_at_once) connect(begun++);
    poll(now() + second);
    if (closed_ != 0 || now() > deadline) {
      throw std::runtime_error(std::to_string(are_open()) + " of " + std::to_string(count) +
                               " connections came about");
    }
  }
}

void Loop::idle_until_readable(int fd) {
  epoll_event event{};
  event.events = EPOLLIN;
  // What cannot be waited for, a file or /dev/null, can be read at any time.
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) return;
  for (awake_ = false; !awake_;) poll(now() + second);
  epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
}

}  // namespace slipring::bench
