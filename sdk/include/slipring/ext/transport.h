/* slipring.transport/1: a plugin that turns accepted sockets into sessions.
 *
 * The host binds, listens and accepts; a transport gets accepted sockets and does TLS, framing and
 * keep-alive with whatever library it likes. It has one instance per shard and endpoint, made and
 * used on that shard's thread. Transports are pinned: their object is never unmapped, so a library
 * may hold their function pointers.
 */
#ifndef SLIPRING_EXT_TRANSPORT_H
#define SLIPRING_EXT_TRANSPORT_H

#include "../abi.h"
#include "loop.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SLIPRING_TRANSPORT_FACTORY "slipring.transport/1"

/* An accepted socket. APPENDABLE. */
typedef struct slipring_accepted {
  size_t struct_size;
  int fd;              /* non-blocking, close-on-exec; the transport's from now on */
  uint32_t endpoint;   /* to be given back with a profile's `open`; valid until `destroy` */
  slipring_bytes peer; /* "192.0.2.1:4711"; borrowed for the call */
} slipring_accepted;

/* APPENDABLE. */
typedef struct slipring_transport_factory {
  size_t struct_size;

  /* [shard] Makes this shard's instance on its loop, which outlives it. `configuration` is JSON,
   * already validated against the manifest's JSON Schema. On failure an explanation may be written
   * to `reason`. */
  slipring_status (*create)(const slipring_host *host, const slipring_loop *loop,
                            slipring_bytes configuration, const slipring_writer *reason,
                            void **instance);

  /* [shard] Takes over a socket. The transport closes it, whatever happens. */
  void (*adopt)(void *instance, const slipring_accepted *accepted);

  /* [shard] Stops: connections still open are dropped (the host has closed them before, with a
   * grace), handles are closed while the loop still runs. Calls `stopped(user)` on the shard once
   * everything is closed and no thread of the plugin will call the host again, possibly from inside
   * this call; what was posted before runs before `destroy`. Must not block the shard: a library
   * whose shutdown blocks is shut down on a thread of the plugin, which posts the end. */
  void (*stop)(void *instance, void (*stopped)(void *user), void *user);

  /* [shard] After `stopped`. */
  void (*destroy)(void *instance);

  /* [control] The transport's side of a profile or another extension by its id, or NULL. Static. */
  const void *(*get_extension)(const char *id);
} slipring_transport_factory;

#ifdef __cplusplus
}
static_assert(offsetof(slipring_accepted, peer) == 16, "offsets never move");
static_assert(offsetof(slipring_transport_factory, get_extension) == 40, "offsets never move");
#endif

#endif
