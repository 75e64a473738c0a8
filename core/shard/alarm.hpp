// Alarm: brings about a round of a shard at a given time, for who looks at the end of every round
// whether something is due.
//
// Thread-safety: its shard; destroyed after join().
#pragma once

#include <boost/asio/steady_timer.hpp>

#include "shard/shard.hpp"

namespace slipring::shard {

class Alarm {
 public:
  using Time = boost::asio::steady_timer::time_point;

  explicit Alarm(Shard &shard) : timer_(shard.loop()) {}

  // A round begins then, if not before. An earlier setting holds, too.
  void set(Time when) {
    if (when >= timer_.expiry() && is_set_) return;
    is_set_ = true;
    timer_.expires_at(when);
    timer_.async_wait([this](const boost::system::error_code &error) {
      if (!error) is_set_ = false;
    });
  }

 private:
  boost::asio::steady_timer timer_;
  bool is_set_ = false;
};

}  // namespace slipring::shard
