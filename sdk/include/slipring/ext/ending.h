/* slipring.ending/1: the last word before the host ends a session. For adapters
 * whose protocol says why it hangs up (MQTT DISCONNECT, SSE `retry`, GraphQL `complete`, gRPC
 * trailers).
 *
 * Called when the host is about to end a session of its own will: SLIPRING_END_HOST, _LIMIT,
 * _TAKEN_OVER, _EXPIRED, _DEADLINE. Not when the peer has gone, nor when the adapter asked for the
 * end itself. What the adapter sends goes behind what is queued; the connection closes when it is
 * out, or after a short grace. `close` of the factory follows in any case.
 */
#ifndef SLIPRING_EXT_ENDING_H
#define SLIPRING_EXT_ENDING_H

#include "adapter.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SLIPRING_ENDING "slipring.ending/1"

/* How the client should come back. APPENDABLE. */
typedef struct slipring_comeback {
  size_t struct_size;
  uint32_t after_ms; /* spread over the clients by the host; 0: at once */
  uint32_t pad_;
  slipring_bytes elsewhere; /* another authority to use; may be empty */
} slipring_comeback;

/* What an adapter implements. APPENDABLE. */
typedef struct slipring_ending_adapter {
  size_t struct_size;

  /* [shard] Once. May send (there is a small reserve over the queue's limit); sets no tokens,
   * subscribes to nothing. When an identity is taken over, the state has been exported before. */
  void (*farewell)(void *instance, slipring_session session, void *state,
                   const slipring_ending *ending, const slipring_comeback *comeback);
} slipring_ending_adapter;

#ifdef __cplusplus
}
static_assert(offsetof(slipring_comeback, elsewhere) == 16, "offsets never move");
static_assert(offsetof(slipring_ending_adapter, farewell) == 8, "offsets never move");
#endif

#endif
