// Why a session ends, and how its client should come back (ext/adapter.h, ext/ending.h).
#ifndef SLIPRING_CPP_ENDING_HPP
#define SLIPRING_CPP_ENDING_HPP

#include <slipring/ext/ending.h>

#include <slipring/cpp/bytes.hpp>

namespace slipring::sdk {

struct Ending {
  explicit Ending(const slipring_ending &ending) noexcept
      : cause(ending.cause), code(ending.code) {}

  uint32_t cause;  // SLIPRING_END_…
  uint32_t code;   // the profile's own: a close code in message/1
};

// Borrowed for the call.
struct Comeback {
  explicit Comeback(const slipring_comeback &comeback) noexcept
      : after_ms(comeback.after_ms), elsewhere(view(comeback.elsewhere)) {}

  uint32_t after_ms;           // spread over the clients by the host; 0: at once
  std::string_view elsewhere;  // another authority to use; may be empty
};

}  // namespace slipring::sdk

#endif
