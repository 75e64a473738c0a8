// Poller: many sockets behind one watch of the shard's loop.
//
// An epoll of its own, edge-triggered, whose descriptor is what the loop watches: so a socket costs
// no memory here but what the kernel needs, and no system call to wait for it again after each
// event. Whoever is told that its socket is readable has to remember that until a read says
// otherwise.
//
// Thread-safety: its shard.
#pragma once

#include <slipring/ext/loop.h>
#include <sys/epoll.h>

#include <array>
#include <cstdint>

namespace slipring::web {

class Pollable {
 public:
  // Something has changed: bits EPOLLIN, EPOLLOUT, EPOLLRDHUP, EPOLLHUP, EPOLLERR.
  virtual void ready(std::uint32_t events) = 0;

 protected:
  ~Pollable() = default;
};

class Poller {
 public:
  // `begin(user)` is called before each batch of events. Throws sdk::Error.
  Poller(const slipring_loop &loop, void (*begin)(void *user), void *user);
  ~Poller();
  Poller(const Poller &) = delete;
  Poller &operator=(const Poller &) = delete;

  // False: the kernel has no room for it. `pollable` is called until `remove`.
  bool add(int fd, Pollable &pollable);
  // It is not called any more, not even for what has happened already.
  void remove(int fd, Pollable &pollable);

 private:
  void poll();

  const slipring_loop &loop_;
  void (*const begin_)(void *);
  void *const user_;
  int fd_;
  slipring_watch *watch_ = nullptr;
  std::array<epoll_event, 256> events_;
  int next_ = 0;  // of events_, while they are worked through
  int count_ = 0;
};

}  // namespace slipring::web
