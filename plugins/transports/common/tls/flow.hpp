// What became of a read or a write that does not wait.
#pragma once

#include <cstddef>
#include <cstdint>

namespace slipring::tls {

enum class Flow : std::uint8_t {
  moved,    // `size` bytes, at least one
  blocked,  // nothing for now
  ended,    // the peer sends no more
  broken    // the connection is gone
};

struct Moved {
  Flow flow = Flow::blocked;
  std::size_t size = 0;
};

}  // namespace slipring::tls
