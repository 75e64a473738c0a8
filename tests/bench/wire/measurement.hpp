// Measurement: what one run of a load found out, and its line of JSON.
//
// Thread-safety: none.
#pragma once

#include <sys/types.h>

#include <boost/json/object.hpp>
#include <cstdint>
#include <span>

#include "wire/latencies.hpp"
#include "wire/processor_time.hpp"

namespace slipring::bench {

struct Measurement {
  uint64_t from = 0;  // by the clock of Loop::now(); 0: the warm-up has not ended
  double seconds = 0;
  uint64_t messages = 0;  // that arrived while it was measured
  Latencies latencies;    // of those of them that were due while it was measured
  uint64_t lost = 0;
  uint64_t doubled = 0;
  uint64_t reordered = 0;
  uint64_t altered = 0;
  uint64_t closed = 0;
  ProcessorTime server;
  ProcessorTime own;

  // Between start() and stop() it is measured; `servers`: whose processor time counts.
  void start(std::span<const pid_t> servers);
  void stop(std::span<const pid_t> servers);
  bool is_running() const { return from != 0 && seconds == 0; }

  // An arrival at `time` of what was due at `due`.
  void arrived(uint64_t time, uint64_t due) {
    if (!is_running()) return;
    ++messages;
    if (due >= from) latencies.add(time - due);
  }

  bool is_void() const { return lost + doubled + reordered + altered + closed != 0; }
  // `with_server`: the server's processor time was asked for.
  boost::json::object view(bool with_server) const;
};

// Three decimals.
double rounded(double value);
double microseconds(uint64_t nanoseconds);

}  // namespace slipring::bench
