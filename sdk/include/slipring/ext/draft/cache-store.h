/* slipring.cache-store/1: a plugin that keeps cache entries. DRAFT: may change until it is
 * released. For plugins of the storage plane (memory, Redis).
 *
 * It stores bytes under a key and a version; freshness, waiting, leases and invalidation are the
 * host's (cache.h). One instance per shard, asked only for keys whose home that shard is. Losing
 * entries is always allowed, giving back a version older than one it confirmed never.
 */
#ifndef SLIPRING_EXT_CACHE_STORE_H
#define SLIPRING_EXT_CACHE_STORE_H

#include "../../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SLIPRING_CACHE_STORE_FACTORY "slipring.cache-store/1"

/* Answers of operations, possibly before the operation returns. Names an operation by the host's
 * number. APPENDABLE. */
#define SLIPRING_CACHE_STORE_ANSWERS "slipring.cache-store.answers/1"
typedef struct slipring_cache_store_answers {
  size_t struct_size;
  /* [shard] OK with `version` and bytes (borrowed for the call), NOT_FOUND, UNAVAILABLE. */
  void (*answer)(const slipring_host *host, uint64_t operation, slipring_status status,
                 uint64_t version, slipring_bytes bytes);
} slipring_cache_store_answers;

/* Each operation is answered exactly once, within its time; a late answer is dropped. APPENDABLE.
 */
typedef struct slipring_cache_store_factory {
  size_t struct_size;
  /* [control] As slipring_adapter_factory. */
  slipring_status (*create)(const slipring_host *host, slipring_bytes configuration,
                            const slipring_writer *reason, void **instance);
  void (*destroy)(void *instance);
  /* [shard] */
  void (*get)(void *instance, uint64_t operation, slipring_bytes key);
  /* [shard] Replaces what is older. `live_ms`: may be dropped after. */
  void (*put)(void *instance, uint64_t operation, slipring_bytes key, uint64_t version,
              uint64_t live_ms, slipring_bytes bytes);
  /* [shard] Removes what is not newer than `version`. */
  void (*remove)(void *instance, uint64_t operation, slipring_bytes key, uint64_t version);
  /* [shard] May keep this much; over it, drops. */
  void (*set_budget)(void *instance, uint64_t bytes);
} slipring_cache_store_factory;

#ifdef __cplusplus
}
static_assert(offsetof(slipring_cache_store_answers, answer) == 8, "offsets never move");
static_assert(offsetof(slipring_cache_store_factory, set_budget) == 48, "offsets never move");
#endif

#endif
