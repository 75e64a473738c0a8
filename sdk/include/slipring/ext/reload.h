/* slipring.transport.reload/1: reading again what a transport's configuration names: certificates,
 * keys. The configuration itself stays; another one is another instance.
 */
#ifndef SLIPRING_EXT_RELOAD_H
#define SLIPRING_EXT_RELOAD_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SLIPRING_TRANSPORT_RELOAD "slipring.transport.reload/1"

/* What a transport implements; answered by slipring_transport_factory.get_extension. APPENDABLE. */
typedef struct slipring_transport_reload {
  size_t struct_size;

  /* [shard] Reads the files again. New connections use what they say, those open are not touched.
   * OK: one line about what was read is written to `report`, or nothing when there is nothing to
   * read. Not OK: what was read before stays in use, and `report` holds what is wrong. */
  slipring_status (*reload)(void *instance, const slipring_writer *report);
} slipring_transport_reload;

#ifdef __cplusplus
}
static_assert(offsetof(slipring_transport_reload, reload) == 8, "offsets never move");
#endif

#endif
