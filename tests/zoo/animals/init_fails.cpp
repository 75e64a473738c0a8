// Answers `init` with a failure.
#include "animal.hpp"

namespace {

struct InitFails : zoo::Animal {
  static slipring_status init(const slipring_host *) { return SLIPRING_UNAVAILABLE; }
};

}  // namespace

ZOO_ANIMAL(InitFails);
