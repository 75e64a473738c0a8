#include "edge/backoff.hpp"

#include <algorithm>

namespace slipring::edge {

Backoff::Duration Backoff::next(double random) {
  const auto wait = std::chrono::duration_cast<Duration>(ceiling_ * random);
  ceiling_ = std::min(2 * ceiling_, most_);
  return wait;
}

}  // namespace slipring::edge
