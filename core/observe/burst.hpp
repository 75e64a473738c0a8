// Burst: says what happens often once, then how often.
//
// Bad input from the network is counted each time but logged once per burst: the first time at
// once, then at most one line in `quiet`, saying how many were held back.
//
// Thread-safety: any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace slipring::observe {

class Burst {
 public:
  using Clock = std::chrono::steady_clock;
  explicit Burst(Clock::duration quiet = std::chrono::seconds(10)) : quiet_(quiet) {}

  // The number of times `key` was held back since its last line when one is due now; nothing when
  // this one is to be held back too. Keys must come from a bounded set: at most 1,000 are
  // remembered.
  std::optional<uint64_t> admit(std::string_view key, Clock::time_point now = Clock::now());

 private:
  struct Entry {
    Clock::time_point last;
    uint64_t held_back = 0;
  };

  const Clock::duration quiet_;
  std::mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;
};

}  // namespace slipring::observe
