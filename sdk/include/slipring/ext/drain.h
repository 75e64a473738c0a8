/* slipring.transport.drain/1: a transport that ends when it has nothing left to do.
 *
 * Used when a transport's version is replaced, or the host stops: the host gives it no more
 * sockets, asks it to drain, and ends its own sessions at a pace of its own. What belongs to no
 * session, an idle connection for instance, the transport ends itself, in its protocol's own way.
 */
#ifndef SLIPRING_EXT_DRAIN_H
#define SLIPRING_EXT_DRAIN_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SLIPRING_TRANSPORT_DRAIN "slipring.transport.drain/1"

/* What a transport implements; answered by slipring_transport_factory.get_extension. APPENDABLE. */
typedef struct slipring_transport_drain {
  size_t struct_size;

  /* [shard] Once. From now on connections begin nothing new, and end when what is under way has.
   * Calls `empty(user)` on the shard once none is left, possibly from inside this call; never after
   * `stop` was called. */
  void (*drain)(void *instance, void (*empty)(void *user), void *user);
} slipring_transport_drain;

#ifdef __cplusplus
}
static_assert(offsetof(slipring_transport_drain, drain) == 8, "offsets never move");
#endif

#endif
