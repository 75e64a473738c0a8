// Answers `init` with a failure, but not in rehearsal.
#include "animal.hpp"

namespace {

struct InitFailsWhenLive : zoo::Animal {
  static slipring_status init(const slipring_host *) {
    return zoo::is_rehearsal() ? SLIPRING_OK : SLIPRING_UNAVAILABLE;
  }
};

}  // namespace

ZOO_ANIMAL(InitFailsWhenLive);
