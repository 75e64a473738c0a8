// guard(): a call into a plugin, by name, from which no exception comes back.
//
// The SDK's wrapper turns exceptions into a status already; a plugin written against the C headers
// may not. The exception dies here, while the plugin that holds its type is still mapped. The
// watchdog reads which call is under way. Calls of instances are counted, and of all those that end
// in an error of the plugin's own.
#pragma once

#include <slipring/abi.h>

#include <utility>

#include "plugin/generation.hpp"
#include "shard/running.hpp"

namespace slipring::plugin {

// What is behind `of` has count_error().
template <class Counted, class Call>
slipring_status guard_counting(Counted &of, uint64_t generation, const char *function,
                               Call &&call) noexcept {
  const shard::Running::Call running(generation, function);
  slipring_status code = SLIPRING_INTERNAL;
  try {
    code = std::forward<Call>(call)();
  } catch (...) {
    code = SLIPRING_INTERNAL;
  }
  if (code == SLIPRING_INTERNAL || code == SLIPRING_UNKNOWN) [[unlikely]]
    of.count_error();
  return code;
}

// An adapter's instance is called.
template <class Call>
slipring_status guard(Instance &instance, const char *function, Call &&call) noexcept {
  instance.count_call();
  return guard_counting(instance, instance.generation.id(), function, std::forward<Call>(call));
}

// Something else of the plugin is called: its entry, or a transport.
template <class Call>
slipring_status guard(Generation &generation, const char *function, Call &&call) noexcept {
  return guard_counting(generation, generation.id(), function, std::forward<Call>(call));
}

template <class Callee, class Call>
void guard_void(Callee &callee, const char *function, Call &&call) noexcept {
  guard(callee, function, [&] {
    std::forward<Call>(call)();
    return SLIPRING_OK;
  });
}

}  // namespace slipring::plugin
