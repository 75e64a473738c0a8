#include "edge/link_state.hpp"

#include <utility>

namespace slipring::edge {

void LinkState::dialling(Clock::time_point now) {
  ++attempts_;
  enter(Phase::dialling, now);
}

void LinkState::connected(Clock::time_point now) {
  ++connections_;
  enter(Phase::connected, now);
}

LinkState::Clock::duration LinkState::failed(std::string why, Clock::time_point now,
                                             double random) {
  if (phase_ == Phase::connected && age(now) >= long_enough) backoff_.reset();
  last_error_ = std::move(why);
  enter(Phase::waiting, now);
  return backoff_.next(random);
}

void LinkState::enter(Phase phase, Clock::time_point now) {
  phase_ = phase;
  since_ = now;
}

}  // namespace slipring::edge
