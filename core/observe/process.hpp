// What the system says of this process, as Prometheus' client libraries give it.
//
// Thread-safety: any thread; each call reads anew.
#pragma once

#include <cstdint>

namespace slipring::observe {

struct ProcessFacts {
  double start_time_seconds = 0;  // Unix time
  double cpu_seconds = 0;         // user and system
  uint64_t resident_bytes = 0;
  uint64_t open_descriptors = 0;
  uint64_t max_descriptors = 0;
  uint64_t threads = 0;
};

// What cannot be read is 0.
ProcessFacts process_facts();

}  // namespace slipring::observe
