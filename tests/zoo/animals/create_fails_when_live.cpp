// Makes an instance for the first shard and none for the second, but not in rehearsal.
#include "animal.hpp"

namespace {

struct CreateFailsWhenLive : zoo::Animal {
  static slipring_status create(const slipring_host *host, slipring_bytes configuration,
                                const slipring_writer *reason, void **instance) {
    if (zoo::is_rehearsal() || host->shard == 0) {
      return Animal::create(host, configuration, reason, instance);
    }
    (void)reason->write(reason->context, zoo::bytes("one is enough"));
    return SLIPRING_RESOURCE_EXHAUSTED;
  }
};

}  // namespace

ZOO_ANIMAL(CreateFailsWhenLive);
