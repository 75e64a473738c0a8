// Bytes that may be used, and how many are.
#pragma once

#include <cstddef>

namespace slipring::web {

class MemoryBudget {
 public:
  explicit MemoryBudget(std::size_t limit) : limit_(limit) {}

  // False: it does not fit, nothing was taken.
  bool take(std::size_t bytes) { return take(bytes, limit_); }
  // Likewise, as if no more than `limit` could be used.
  bool take(std::size_t bytes, std::size_t limit) {
    if (used_ > limit || limit - used_ < bytes) return false;
    used_ += bytes;
    return true;
  }
  void give_back(std::size_t bytes) { used_ -= bytes; }

  bool has(std::size_t bytes) const { return limit_ - used_ >= bytes; }
  std::size_t limit() const { return limit_; }
  std::size_t used() const { return used_; }

 private:
  const std::size_t limit_;
  std::size_t used_ = 0;
};

}  // namespace slipring::web
