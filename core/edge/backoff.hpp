// Backoff: how long to wait before the next attempt: a random part of a ceiling that doubles with
// each failure. All of it is random ("full jitter"), so that many who lost the same server do not
// come back together.
//
// Thread-safety: none.
#pragma once

#include <chrono>

namespace slipring::edge {

class Backoff {
 public:
  using Duration = std::chrono::nanoseconds;

  Backoff(Duration first, Duration most) : first_(first), most_(most), ceiling_(first) {}

  // The next wait. `random`: from 0 to 1.
  Duration next(double random);
  void reset() { ceiling_ = first_; }

 private:
  const Duration first_;
  const Duration most_;
  Duration ceiling_;
};

}  // namespace slipring::edge
