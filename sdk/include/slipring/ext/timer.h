/* slipring.timer/1: timers of a session. For adapters (keep-alive, handshake limits, heartbeats).
 *
 * A timer is a token (completion.h) that completes with SLIPRING_DONE_TIMER. It goes on counting
 * while the session moves; one that falls due in the moving slice fires in the new version. Pinned
 * transports use loop.h instead. What must outlive the session is held by the host: defer.h.
 */
#ifndef SLIPRING_EXT_TIMER_H
#define SLIPRING_EXT_TIMER_H

#include "completion.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SLIPRING_TIMER "slipring.timer/1"

/* APPENDABLE. */
typedef struct slipring_timer_host {
  size_t struct_size;

  /* [shard] Once, after `nanoseconds`. To repeat, set another when it completes. To stop it:
   * slipring_completion_host.cancel. RESOURCE_EXHAUSTED, or PENDING from
   * an input callback (completion.h): the session has too many tokens. */
  slipring_status (*after)(const slipring_host *host, slipring_session session,
                           uint64_t nanoseconds, const slipring_tag *tag, slipring_token *token);

  /* [shard] Moves an outstanding timer to `nanoseconds` from now; cheap, meant to be called for
   * every packet of a keep-alive. NOT_FOUND: it has completed. */
  slipring_status (*again)(const slipring_host *host, slipring_session session,
                           slipring_token token, uint64_t nanoseconds);

  /* [any] Nanoseconds of a clock that never goes back and means nothing outside the process. */
  uint64_t (*now)(const slipring_host *host);
} slipring_timer_host;

#ifdef __cplusplus
}
static_assert(offsetof(slipring_timer_host, now) == 24, "offsets never move");
#endif

#endif
