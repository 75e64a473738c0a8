// Takes no session over.
#include "animal.hpp"

namespace {

struct ImportRefusesAll : zoo::Animal {
  static slipring_status import_state(void *, slipring_session, uint32_t, slipring_bytes,
                                      const slipring_writer *reason, void **) {
    (void)reason->write(reason->context, zoo::bytes("every session is refused on purpose"));
    return SLIPRING_FAILED_PRECONDITION;
  }
};

}  // namespace

ZOO_ANIMAL(ImportRefusesAll);
