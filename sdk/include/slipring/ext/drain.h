/* slipring.transport.drain/1: a transport that ends when it has nothing left to do.
 *
 * When a transport's version is replaced, the host gives the new instances all sockets from then on
 * and has the old ones give way; when their time is over, or when the host stops, it has them drain
 * and ends its sessions at a pace of its own. What belongs to no session, an idle connection for
 * instance, the transport ends itself, in its protocol's own way.
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

  /* [shard] Once, before `drain`: other instances get the sockets from now on, and those that this
   * one has are to be turned away by nothing. Whoever has just connected may still begin, TLS and
   * opening handshake included; whoever is served is told, in its protocol's own way, to connect
   * anew for what comes next (`Connection: close`, GOAWAY). `empty` as in `drain`; a `drain` that
   * follows has an `empty` of its own, and this one is not called any more. */
  void (*give_way)(void *instance, void (*empty)(void *user), void *user);
} slipring_transport_drain;

#ifdef __cplusplus
}
static_assert(offsetof(slipring_transport_drain, drain) == 8, "offsets never move");
static_assert(offsetof(slipring_transport_drain, give_way) == 16, "offsets never move");
#endif

#endif
