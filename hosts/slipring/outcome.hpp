// How a command ends.
#pragma once

#include <iostream>

#include "base/status.hpp"

namespace slipring::command {

enum ExitCode { done = 0, refused = 1, usage = 2, unreachable = 3 };

inline int fail(const Status &status) {
  std::cerr << "slipring: " << status.message() << '\n';
  return status.code() == SLIPRING_UNAVAILABLE ? unreachable : refused;
}

// Of a command that asks no host.
inline int fail_offline(const Status &status) {
  fail(status);
  return refused;
}

}  // namespace slipring::command
