// Needs a function of a shared library: what is wrong is with the library.
#include "animal.hpp"

extern "C" int from_elsewhere();

namespace {

struct NeedsLibrary : zoo::Animal {
  static slipring_status init(const slipring_host *) { return from_elsewhere(); }
};

}  // namespace

ZOO_ANIMAL(NeedsLibrary);
