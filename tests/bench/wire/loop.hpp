// Loop: waits for the connections of a load, all on one thread.
//
// Thread-safety: none.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "wire/connection.hpp"

namespace slipring::bench {

inline constexpr uint64_t second = 1'000'000'000;  // times are in nanoseconds

class Loop {
 public:
  Loop();
  ~Loop();
  Loop(const Loop &) = delete;
  Loop &operator=(const Loop &) = delete;

  // Of a clock that never goes back.
  static uint64_t now();

  // From now on `connection` is told when it can go on. It stays where it is as long as the loop
  // polls.
  void add(Connection &connection);
  // One step: waits for something to happen, no longer than `until`, and does what it asks for.
  void poll(uint64_t until);
  // Sends what `connection` has gathered, outside of poll().
  void flush(Connection &connection);

  // Connects `count` of them, `connect(i)` each, and polls until `are_open()` says as many; only so
  // many at a time as a listener's backlog holds. Throws when one ends or it takes too long.
  void open(size_t count, const std::function<void(size_t)> &connect,
            const std::function<size_t()> &are_open);
  // Keeps the connections alive until `fd` can be read.
  void idle_until_readable(int fd);

  // When what is being received was read.
  uint64_t received_at() const { return received_at_; }
  // Connections that have ended.
  uint64_t closed() const { return closed_; }

 private:
  void watch(Connection &connection, int operation);
  void settle(Connection &connection);

  const int epoll_;
  std::vector<char> buffer_;
  uint64_t received_at_ = 0;
  uint64_t closed_ = 0;
  bool awake_ = false;  // something other than a connection can be read
};

}  // namespace slipring::bench
