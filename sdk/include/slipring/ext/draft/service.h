/* slipring.service/1: a plugin with business logic on events. DRAFT: may change until it is
 * released. For plugins of the application plane.
 *
 * Events come by key; each key lives on one shard and its events come one at a time, in order. A
 * *key's session* is the host's: it carries tokens, timers and state like a client's, is opened by
 * the first event, and moves, exports and imports through the functions of adapter.h, whose factory
 * the service implements too. So a service is upgraded by the same walk, and publishing, requests
 * and the cache work as for an adapter.
 */
#ifndef SLIPRING_EXT_SERVICE_H
#define SLIPRING_EXT_SERVICE_H

#include "../events.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SLIPRING_SERVICE "slipring.service/1"

/* What a service implements. APPENDABLE. */
typedef struct slipring_service {
  size_t struct_size;

  /* [shard] The first event of a key, or its return after it was put away. `stored`: what was
   * exported then, in `schema`; empty the first time. */
  slipring_status (*open)(void *instance, slipring_session session, slipring_bytes key,
                          uint32_t schema, slipring_bytes stored, void **state);

  /* [shard] OK: done, acknowledged. PENDING: taken; acknowledged when `complete` answers OK; the
   * next event of this key waits. ABORTED or UNAVAILABLE: again, by the route's policy. Any other
   * status: dead letter. */
  slipring_status (*handle)(void *instance, slipring_session session, void *state,
                            const slipring_event_view *event, uint32_t attempt);
} slipring_service;

#ifdef __cplusplus
}
static_assert(offsetof(slipring_service, handle) == 16, "offsets never move");
#endif

#endif
