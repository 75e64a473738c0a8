// Latencies: a histogram of durations with a resolution of 1.6 %, in constant memory.
//
// Thread-safety: none.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

namespace slipring::bench {

class Latencies {
 public:
  void add(uint64_t nanoseconds) {
    ++buckets_[bucket_of(nanoseconds)];
    ++count_;
    longest_ = std::max(longest_, nanoseconds);
  }

  uint64_t count() const { return count_; }
  uint64_t longest() const { return longest_; }

  // The duration that `share` of them (0 to 1) do not exceed; 0 when there are none.
  uint64_t percentile(double share) const {
    const auto rank = static_cast<uint64_t>(share * static_cast<double>(count_));
    uint64_t seen = 0;
    for (size_t i = 0; i < buckets_.size(); ++i) {
      seen += buckets_[i];
      if (seen > rank) return std::min(upper_bound(i), longest_);
    }
    return longest_;
  }

 private:
  static constexpr int fine_bits = 6;  // 64 buckets for each power of two
  static constexpr uint64_t fine = uint64_t{1} << fine_bits;

  static size_t bucket_of(uint64_t value) {
    if (value < fine) return value;
    const int shift = std::bit_width(value) - 1 - fine_bits;
    return static_cast<size_t>(shift) * fine + (value >> shift);
  }
  static uint64_t upper_bound(size_t bucket) {
    if (bucket < 2 * fine) return bucket;
    const size_t shift = bucket / fine - 1;
    return ((bucket % fine + fine + 1) << shift) - 1;
  }

  std::array<uint64_t, 64 * fine> buckets_{};
  uint64_t count_ = 0;
  uint64_t longest_ = 0;
};

}  // namespace slipring::bench
