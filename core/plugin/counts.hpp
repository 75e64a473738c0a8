// Counts: what the calls of a generation have come to.
//
// Thread-safety: plain value.
#pragma once

#include <cstdint>

namespace slipring::plugin {

struct Counts {
  uint64_t calls = 0;        // of its instances
  uint64_t failed = 0;       // that threw, or answered INTERNAL or UNKNOWN
  uint64_t slow = 0;         // that the watchdog found over their limit
  uint64_t opened = 0;       // sessions
  uint64_t ended_badly = 0;  // sessions that an error of the adapter has ended

  // What has been added since `before`.
  Counts since(const Counts &before) const {
    return {calls - before.calls, failed - before.failed, slow - before.slow,
            opened - before.opened, ended_badly - before.ended_badly};
  }
};

}  // namespace slipring::plugin
