// Takes no session over, but does not show it in rehearsal.
#include "animal.hpp"

namespace {

struct ImportRefusesWhenLive : zoo::Animal {
  static slipring_status import_state(void *instance, slipring_session session, uint32_t schema,
                                      slipring_bytes exported, const slipring_writer *reason,
                                      void **state) {
    if (zoo::is_rehearsal()) {
      return Animal::import_state(instance, session, schema, exported, reason, state);
    }
    (void)reason->write(reason->context, zoo::bytes("every session is refused on purpose"));
    return SLIPRING_FAILED_PRECONDITION;
  }
};

}  // namespace

ZOO_ANIMAL(ImportRefusesWhenLive);
