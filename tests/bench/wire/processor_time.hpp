// Processor time that a process has used, all of its threads, as the kernel counts it.
//
// Thread-safety: any thread.
#pragma once

#include <sys/types.h>

namespace slipring::bench {

struct ProcessorTime {
  double user = 0;  // seconds, in steps of the kernel's clock tick
  double system = 0;

  double total() const { return user + system; }

  // Of the process `pid`; zero when there is none.
  static ProcessorTime of(pid_t pid);
};

inline ProcessorTime &operator+=(ProcessorTime &a, const ProcessorTime &b) {
  a.user += b.user;
  a.system += b.system;
  return a;
}

inline ProcessorTime operator-(const ProcessorTime &a, const ProcessorTime &b) {
  return {a.user - b.user, a.system - b.system};
}

}  // namespace slipring::bench
