// Shows the static of an inline function: the compiler makes it unique in the process, and so
// shared with every other version of the plugin.
#include "animal.hpp"

inline int &shared_by_all_versions() {
  static int value = 0;
  return value;
}

namespace {

struct UniqueSymbol : zoo::Animal {
  static slipring_status init(const slipring_host *) {
    ++shared_by_all_versions();
    return SLIPRING_OK;
  }
};

}  // namespace

ZOO_ANIMAL(UniqueSymbol);
