// Never comes to an end with the session that it is to take over.
#include "animal.hpp"

namespace {

struct ImportHangs : zoo::Animal {
  static slipring_status import_state(void *, slipring_session, uint32_t, slipring_bytes,
                                      const slipring_writer *, void **) {
    for (;;) pause();
  }
};

}  // namespace

ZOO_ANIMAL(ImportHangs);
