// Turn: what coroutines of the control thread wait for to do one thing at a time, in order of
// asking.
//
// Thread-safety: control thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <memory>

namespace slipring::upgrade {

class Turn {
 public:
  // Holds the turn; gives it to the next when it goes out of scope.
  class Guard {
   public:
    explicit Guard(Turn &turn) : turn_(&turn) {}
    Guard(Guard &&other) noexcept : turn_(std::exchange(other.turn_, nullptr)) {}
    Guard &operator=(Guard &&) = delete;
    ~Guard() {
      if (turn_ != nullptr) turn_->pass_on();
    }

   private:
    Turn *turn_;
  };

  boost::asio::awaitable<Guard> take();

 private:
  void pass_on();

  bool taken_ = false;
  std::deque<std::shared_ptr<boost::asio::steady_timer>> waiting_;
};

}  // namespace slipring::upgrade
