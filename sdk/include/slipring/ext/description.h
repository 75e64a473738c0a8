/* slipring.description/1: what an adapter answers at a mount, in the words of the documents that
 * clients read: OpenAPI 3.1 and AsyncAPI 3.0.
 *
 * An adapter writes one JSON object for each mount, whose members are parts of such documents; the
 * host collects them without reading them, renews them when it is ready, after each upgrade and
 * when mounts or settings change, and gives all to an adapter that puts the documents together:
 *
 *   {"openapi":{"paths":{"/a/{name}":{..}},"components":{"schemas":{"rest.Problem":{..}}}},
 *    "asyncapi":{"channels":{..},"operations":{..},"components":{..}}}
 *
 * Either member may be missing. Names of components, channels and operations begin with the
 * adapter's name and "."; what several mounts of an adapter name alike is the same.
 */
#ifndef SLIPRING_EXT_DESCRIPTION_H
#define SLIPRING_EXT_DESCRIPTION_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SLIPRING_DESCRIPTION "slipring.description/1"

/* What an adapter implements; answered by slipring_adapter_factory.get_extension. APPENDABLE. */
typedef struct slipring_description_adapter {
  size_t struct_size;

  /* [shard] Writes what is answered at the mount `path`, which may end in "*". UNIMPLEMENTED:
   * nothing that could be described. At most 262,144 bytes. */
  slipring_status (*describe)(void *instance, slipring_bytes path, const slipring_writer *writer);
} slipring_description_adapter;

/* What the host offers. APPENDABLE. */
typedef struct slipring_description_host {
  size_t struct_size;

  /* [shard] Writes all there are, in one piece: mounts in the order in which they are looked for,
   * those whose adapter has written nothing left out; `endpoints` only where it is not mounted on
   * all. Members may be added. UNAVAILABLE: the host is not ready yet.
   *
   *   {"host":{"version":"0.1.0"},
   *    "mounts":[{"path":"/a/b","adapter":"rest","version":"1.0.0","endpoints":["public"],
   *               "description":{..}}]} */
  slipring_status (*collect)(const slipring_host *host, const slipring_writer *writer);
} slipring_description_host;

#ifdef __cplusplus
}
static_assert(offsetof(slipring_description_adapter, describe) == 8, "offsets never move");
static_assert(offsetof(slipring_description_host, collect) == 8, "offsets never move");
#endif

#endif
