// Activity: what a thread is in, as the watchdog found it.
//
// Thread-safety: plain value.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace slipring::plugin {

// What a thread is doing, and for how long.
struct Activity {
  std::string thread;       // "shard-0", "control"
  uint64_t generation = 0;  // 0: no plugin is called
  std::string plugin{};
  std::string version{};
  std::string function{};
  std::chrono::nanoseconds lasted{};
  bool is_round = false;  // no single call takes so long: the round of the shard's loop does

  // "websocket 1.2.0 in receive", "the host"
  std::string title() const;
};

}  // namespace slipring::plugin
