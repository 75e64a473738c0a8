// Byte ranges of the ABI as std::string_view, and back. Neither copies: what the host lends is
// valid until the call that lent it returns, so keep a std::string of what you need longer.
#ifndef SLIPRING_CPP_BYTES_HPP
#define SLIPRING_CPP_BYTES_HPP

#include <slipring/abi.h>

#include <string_view>

namespace slipring::sdk {

inline std::string_view view(slipring_bytes bytes) noexcept {
  return {reinterpret_cast<const char *>(bytes.data), bytes.size};
}

inline slipring_bytes bytes(std::string_view text) noexcept {
  return {reinterpret_cast<const uint8_t *>(text.data()), text.size()};
}

}  // namespace slipring::sdk

#endif
