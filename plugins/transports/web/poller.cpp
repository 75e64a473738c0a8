#include "poller.hpp"

#include <unistd.h>

#include <slipring/cpp/status.hpp>

namespace slipring::web {

Poller::Poller(const slipring_loop &loop, void (*begin)(void *user), void *user)
    : loop_(loop), begin_(begin), user_(user), fd_(epoll_create1(EPOLL_CLOEXEC)) {
  if (fd_ >= 0) {
    watch_ = loop_.watch(
        &loop_, fd_, [](void *self, std::uint32_t) { static_cast<Poller *>(self)->poll(); }, this);
  }
  if (watch_ == nullptr) {
    if (fd_ >= 0) close(fd_);
    throw sdk::Error(SLIPRING_RESOURCE_EXHAUSTED, "no descriptor for an epoll");
  }
  loop_.watch_wait(watch_, SLIPRING_READABLE);
}

Poller::~Poller() {
  loop_.watch_end(watch_);
  close(fd_);
}

bool Poller::add(int fd, Pollable &pollable) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.ptr = &pollable;
  return epoll_ctl(fd_, EPOLL_CTL_ADD, fd, &event) == 0;
}

void Poller::remove(int fd, Pollable &pollable) {
  epoll_ctl(fd_, EPOLL_CTL_DEL, fd, nullptr);
  for (int i = next_; i < count_; ++i) {
    auto &event = events_[static_cast<std::size_t>(i)];
    if (event.data.ptr == &pollable) event.data.ptr = nullptr;
  }
}

// One batch; what is left makes the descriptor readable at once when it is waited for again, so
// that other work of the round comes in between.
void Poller::poll() {
  begin_(user_);
  count_ = epoll_wait(fd_, events_.data(), static_cast<int>(events_.size()), 0);
  for (next_ = 0; next_ < count_;) {
    const epoll_event &event = events_[static_cast<std::size_t>(next_++)];
    auto *const pollable = static_cast<Pollable *>(event.data.ptr);
    if (pollable != nullptr) pollable->ready(event.events);
  }
  next_ = count_ = 0;
  loop_.watch_wait(watch_, SLIPRING_READABLE);
}

}  // namespace slipring::web
