// Does not want the configuration that it gets, although its schema has no objection.
#include "animal.hpp"

namespace {

struct CreateFails : zoo::Animal {
  static slipring_status create(const slipring_host *, slipring_bytes,
                                const slipring_writer *reason, void **) {
    (void)reason->write(reason->context, zoo::bytes("greeting: there is none, one is needed"));
    return SLIPRING_INVALID_ARGUMENT;
  }
};

}  // namespace

ZOO_ANIMAL(CreateFails);
