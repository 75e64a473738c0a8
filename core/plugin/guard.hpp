// guard(): a call into a plugin from which no exception comes back.
//
// The SDK's wrapper turns exceptions into a status already; a plugin written against the C headers
// may not. The exception dies here, while the plugin that holds its type is still mapped.
#pragma once

#include <slipring/abi.h>

#include <utility>

namespace slipring::plugin {

template <class Call>
slipring_status guard(Call &&call) noexcept {
  try {
    return std::forward<Call>(call)();
  } catch (...) {
    return SLIPRING_INTERNAL;
  }
}

template <class Call>
void guard_void(Call &&call) noexcept {
  guard([&] {
    std::forward<Call>(call)();
    return SLIPRING_OK;
  });
}

}  // namespace slipring::plugin
