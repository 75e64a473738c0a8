/* slipring.defer/1: events the host publishes later. DRAFT: may change until it is released. For
 * adapters and services: wills, delayed publishing.
 *
 * A held event is the host's: it needs no session, no instance and no plugin when its time comes,
 * and stands in the durable record where the session has one. It is authorised when it is held and
 * again when it fires, as the principal it was held by.
 *
 * AT_END is a will. The clock starts when the session's connection ends for any reason. With an
 * identity it fires at the earlier of its delay and the identity's expiry; a claim that goes on
 * with the identity drops it if its delay had not passed, a clean claim fires it.
 */
#ifndef SLIPRING_EXT_DEFER_H
#define SLIPRING_EXT_DEFER_H

#include "../events.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SLIPRING_DEFER "slipring.defer/1"

enum { SLIPRING_DEFER_FROM_NOW = 1, SLIPRING_DEFER_AT_END = 2 };

/* APPENDABLE. */
typedef struct slipring_held {
  size_t struct_size;
  slipring_bytes
      key;       /* at most 64 bytes, in the session (or its identity); replaces the same key */
  uint32_t from; /* SLIPRING_DEFER_… */
  uint32_t pad_;
  uint64_t delay_ns;
} slipring_held;

/* APPENDABLE. */
typedef struct slipring_defer_host {
  size_t struct_size;

  /* [shard] Verified, authorised and copied. With a durable identity it is written with the next
   * note or claim; hold it before the claim to have both or neither. */
  slipring_status (*hold)(const slipring_host *host, slipring_session session,
                          const slipring_held *held, const slipring_publish *event);

  /* [shard] It will not be published. NOT_FOUND: there is none, or it has fired. */
  slipring_status (*drop)(const slipring_host *host, slipring_session session, slipring_bytes key);
} slipring_defer_host;

#ifdef __cplusplus
}
static_assert(offsetof(slipring_held, delay_ns) == 32, "offsets never move");
static_assert(offsetof(slipring_defer_host, drop) == 16, "offsets never move");
#endif

#endif
