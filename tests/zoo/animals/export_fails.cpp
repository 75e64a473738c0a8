// Lets no session go.
#include "animal.hpp"

namespace {

struct ExportFails : zoo::Animal {
  static slipring_status export_state(void *, slipring_session, const void *, uint32_t,
                                      const slipring_writer *) {
    return SLIPRING_INTERNAL;
  }
};

}  // namespace

ZOO_ANIMAL(ExportFails);
