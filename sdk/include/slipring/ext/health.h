/* slipring.health/1: an adapter that knows whether it is well while it serves.
 *
 * Asked again and again in the canary and in the probation of an upgrade, of the new version alone:
 * what a caller does not see in answers, a connection that is gone or a table that is not filled,
 * can be told here. When it is not well, all sessions go back to the version before.
 */
#ifndef SLIPRING_EXT_HEALTH_H
#define SLIPRING_EXT_HEALTH_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SLIPRING_HEALTH "slipring.health/1"

/* What an adapter implements; answered by slipring_adapter_factory.get_extension. APPENDABLE. */
typedef struct slipring_health_adapter {
  size_t struct_size;

  /* [shard] Once a second. Looks at what is known already and waits for nothing: sessions wait for
   * its return. Not OK: what was found is written to `reason`. */
  slipring_status (*health)(void *instance, const slipring_writer *reason);
} slipring_health_adapter;

#ifdef __cplusplus
}
static_assert(offsetof(slipring_health_adapter, health) == 8, "offsets never move");
#endif

#endif
