// Takes every session but one: the first that it is asked for, however often it is asked.
#include <atomic>

#include "animal.hpp"

namespace {

std::atomic<slipring_session> refused = 0;

struct ImportRefusesOne : zoo::Animal {
  static slipring_status import_state(void *instance, slipring_session session, uint32_t schema,
                                      slipring_bytes exported, const slipring_writer *reason,
                                      void **state) {
    slipring_session none = 0;
    if (!refused.compare_exchange_strong(none, session) && none != session) {
      return Animal::import_state(instance, session, schema, exported, reason, state);
    }
    (void)reason->write(reason->context, zoo::bytes("this session is refused on purpose"));
    return SLIPRING_FAILED_PRECONDITION;
  }
};

}  // namespace

ZOO_ANIMAL(ImportRefusesOne);
