// Census: how many there are of what keeps an instance from being empty, and who wants to know when
// nobody is left.
//
// Not thread-safe: used on its shard.
#pragma once

#include <cstddef>
#include <utility>

namespace slipring::websocket {

class Census {
 public:
  // Counted while it lives.
  class Member {
   public:
    explicit Member(Census &census) : census_(census) { ++census_.members_; }
    ~Member() {
      --census_.members_;
      census_.tell();
    }
    Member(const Member &) = delete;
    Member &operator=(const Member &) = delete;

   private:
    Census &census_;
  };

  // Replaces whoever wanted to know before. Called once, possibly from inside this call.
  void when_empty(void (*call)(void *), void *user) {
    call_ = call;
    user_ = user;
    tell();
  }
  void forget() { call_ = nullptr; }

 private:
  void tell() {
    if (members_ != 0 || call_ == nullptr) return;
    std::exchange(call_, nullptr)(user_);
  }

  std::size_t members_ = 0;
  void (*call_)(void *) = nullptr;
  void *user_ = nullptr;
};

}  // namespace slipring::websocket
