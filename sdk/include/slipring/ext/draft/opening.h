/* slipring.opening/1: a transport that can keep a client waiting for the answer to its handshake.
 * DRAFT: may change until it is released. For transports.
 *
 * The host's `open` (slipring_message_sessions and its kin) answers SLIPRING_PENDING only to
 * transports that implement this table: `*session` is set, the host reads nothing yet, and `opened`
 * or `refused` follows, unless `closed` came first. To other transports (libwebsockets cannot put
 * off its 101) the host answers OK at once, and a later refusal is the profile's `close`: 1008 in
 * message/1. In http/1 and call/1 this is not needed: the answer is the response.
 */
#ifndef SLIPRING_EXT_OPENING_H
#define SLIPRING_EXT_OPENING_H

#include "../../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SLIPRING_OPENING "slipring.opening/1"

/* What a transport implements. APPENDABLE. */
typedef struct slipring_opening_transport {
  size_t struct_size;

  /* [shard] The session is accepted; `subprotocol` as chosen, may be empty. */
  void (*opened)(void *instance, void *connection, slipring_bytes subprotocol);

  /* [shard] It is not; `closed` follows. */
  void (*refused)(void *instance, void *connection, slipring_status status, slipring_bytes reason);
} slipring_opening_transport;

#ifdef __cplusplus
}
static_assert(offsetof(slipring_opening_transport, refused) == 16, "offsets never move");
#endif

#endif
