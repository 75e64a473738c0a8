/* slipring.framing/1: frames that are made once for many connections of a kind. DRAFT: may change
 * until it is released. For transports: permessage-deflate compressed once per event.
 *
 * Without this table every message is framed by `slipring_message_transport.frame`, and a transport
 * frames anew on connections where that does not fit (masked, over HTTP/2). With it, connections
 * that share parameters form a class; a shared rendering is encoded once per class it is queued
 * for.
 */
#ifndef SLIPRING_EXT_FRAMING_H
#define SLIPRING_EXT_FRAMING_H

#include "../../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SLIPRING_FRAMING "slipring.framing/1"

/* What a transport implements. APPENDABLE. */
typedef struct slipring_framing_transport {
  size_t struct_size;

  /* [shard] The class of a connection; fixed from `open` on. 0: plain, as `frame` makes it. */
  uint32_t (*framing)(void *instance, void *connection);

  /* [shard] A whole frame of `kind` for a class other than 0. Not OK: the plain frame is used.
   * Never asked for renderings with holes. */
  slipring_status (*encode)(void *instance, uint32_t framing, uint8_t kind, slipring_bytes payload,
                            const slipring_writer *writer);
} slipring_framing_transport;

#ifdef __cplusplus
}
static_assert(offsetof(slipring_framing_transport, encode) == 16, "offsets never move");
#endif

#endif
