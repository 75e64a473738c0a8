// Share: every so many-th of a sequence, evenly spread and without chance: of the first n, as many
// as n times the share, rounded down.
//
// Thread-safety: one thread at a time.
#pragma once

#include <cmath>
#include <cstdint>

namespace slipring::edge {

class Share {
 public:
  // `share`: 0 to 1, to the nearest millionth.
  explicit Share(double share) : step_(static_cast<uint32_t>(std::lround(share * whole))) {}

  // Whether the next one belongs to it.
  bool take() {
    owed_ += step_;
    if (owed_ < whole) return false;
    owed_ -= whole;
    return true;
  }

 private:
  static constexpr uint32_t whole = 1'000'000;

  uint32_t step_;
  uint32_t owed_ = 0;
};

}  // namespace slipring::edge
