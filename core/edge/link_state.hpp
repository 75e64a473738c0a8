// LinkState: what is known of a link, and what follows from what happens to it: when to dial again,
// what to say in the log. No clock, no timer and no socket inside.
//
// Thread-safety: none.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "edge/backoff.hpp"

namespace slipring::edge {

class LinkState {
 public:
  using Clock = std::chrono::steady_clock;

  static constexpr auto first_wait = std::chrono::milliseconds(250);
  static constexpr auto longest_wait = std::chrono::seconds(30);
  // A link that was up for so long is dialled again as if it had never failed.
  static constexpr auto long_enough = std::chrono::seconds(10);

  enum class Phase { waiting, dialling, connected, stopped };

  Phase phase() const { return phase_; }
  uint64_t attempts() const { return attempts_; }
  uint64_t connections() const { return connections_; }
  const std::string &last_error() const { return last_error_; }  // empty: there was none
  // How long the phase has lasted.
  Clock::duration age(Clock::time_point now) const { return now - since_; }

  void dialling(Clock::time_point now);
  void connected(Clock::time_point now);
  // Not reached, or lost: answers how long to wait. `random`: from 0 to 1.
  Clock::duration failed(std::string why, Clock::time_point now, double random);
  void stopped(Clock::time_point now) { enter(Phase::stopped, now); }

 private:
  void enter(Phase phase, Clock::time_point now);

  Phase phase_ = Phase::waiting;
  Clock::time_point since_{};
  uint64_t attempts_ = 0;
  uint64_t connections_ = 0;
  std::string last_error_;
  Backoff backoff_{first_wait, longest_wait};
};

}  // namespace slipring::edge
