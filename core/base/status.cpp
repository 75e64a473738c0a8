#include "base/status.hpp"

#include <array>
#include <system_error>

namespace slipring {

Status Status::system(std::string_view what, int error) {
  return {SLIPRING_UNAVAILABLE, std::string(what) + ": " + std::generic_category().message(error)};
}

std::string_view status_name(slipring_status code) {
  static constexpr std::array<std::string_view, 17> names = {
      "OK",
      "CANCELLED",
      "UNKNOWN",
      "INVALID_ARGUMENT",
      "DEADLINE_EXCEEDED",
      "NOT_FOUND",
      "ALREADY_EXISTS",
      "PERMISSION_DENIED",
      "RESOURCE_EXHAUSTED",
      "FAILED_PRECONDITION",
      "ABORTED",
      "OUT_OF_RANGE",
      "UNIMPLEMENTED",
      "INTERNAL",
      "UNAVAILABLE",
      "DATA_LOSS",
      "UNAUTHENTICATED",
  };
  const auto index = static_cast<size_t>(code);
  return index < names.size() ? names[index] : "UNKNOWN";
}

}  // namespace slipring
