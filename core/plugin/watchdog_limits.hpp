// How long plugins may keep a thread: what the watchdog goes by.
//
// Thread-safety: plain value.
#pragma once

#include <chrono>

namespace slipring::plugin {

struct WatchdogLimits {
  // Sanitizers make everything slower, and not evenly.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  static constexpr int slowness = 10;
#else
  static constexpr int slowness = 1;
#endif

  std::chrono::nanoseconds callback = std::chrono::milliseconds(100) * slowness;
  std::chrono::nanoseconds restart = std::chrono::seconds(30) * slowness;  // 0: never

  bool operator==(const WatchdogLimits &) const = default;
};

}  // namespace slipring::plugin
