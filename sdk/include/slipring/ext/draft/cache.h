/* slipring.cache/1: looking aside into the cache before asking an origin. DRAFT: may change until
 * it is released. For adapters; the store behind it is a plugin of its own (cache-store.h).
 *
 * A key has a home shard, which holds its waiters and its lease: of all who miss, one gets the
 * *lease* and fetches, the others wait. The lease belongs to the session that got it and moves with
 * it. A session whose client leaves while it holds a lease lingers until the lease is settled or
 * the fill's time is over: what it sends is discarded, so the first client cannot cancel the
 * others. A lease given up, or timed out, goes to one waiter, not to all.
 */
#ifndef SLIPRING_EXT_CACHE_H
#define SLIPRING_EXT_CACHE_H

#include "../completion.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SLIPRING_CACHE "slipring.cache/1"

enum {
  SLIPRING_CACHE_HIT = 1,
  SLIPRING_CACHE_STALE = 2,       /* usable; somebody refreshes it */
  SLIPRING_CACHE_STALE_LEASE = 3, /* usable; this session is asked to refresh it */
  SLIPRING_CACHE_LEASE = 4,       /* nothing usable; this session is asked to fetch it */
  SLIPRING_CACHE_PASS = 5         /* do not cache: fetch for yourself */
};

/* Result of SLIPRING_DONE_CACHE. Bytes are borrowed for the call. APPENDABLE. */
typedef struct slipring_cached {
  size_t struct_size;
  uint32_t outcome; /* SLIPRING_CACHE_… */
  uint32_t pad_;
  uint64_t lease;   /* for LEASE and STALE_LEASE */
  uint64_t version; /* grows with each fill and each invalidation of the key */
  uint64_t age_ms;
  slipring_bytes head; /* small description by the adapter: status, fields, validators */
  slipring_bytes value;
} slipring_cached;

/* APPENDABLE. */
typedef struct slipring_cache_get {
  size_t struct_size;
  slipring_bytes key;    /* at most 1 KiB, in the plugin's namespace */
  slipring_bytes vary;   /* second half of the key, when a variant is known; may be empty */
  uint64_t wait_ns;      /* for somebody else's fill; then PASS. 0: as configured */
  uint64_t max_stale_ms; /* accepts this much */
} slipring_cache_get;

/* APPENDABLE. */
typedef struct slipring_cache_entry {
  size_t struct_size;
  slipring_bytes head;
  slipring_bytes value; /* copied */
  uint64_t fresh_ms;
  uint64_t stale_ms;          /* usable while it is refreshed, or the origin is down */
  const slipring_bytes *tags; /* for invalidation by tag or by event */
  size_t tag_count;
} slipring_cache_entry;

/* APPENDABLE. */
typedef struct slipring_cache_host {
  size_t struct_size;

  /* [shard] OK: a token; completes on this shard, wherever the key's home is. */
  slipring_status (*get)(const slipring_host *host, slipring_session session,
                         const slipring_cache_get *get, const slipring_tag *tag,
                         slipring_token *token);

  /* [shard] Settles a lease with an entry, sent to the key's home; waiters get it. `entry` NULL:
   * nothing may be shared; waiters are let go with PASS, paced, and the key passes for a while.
   * Where the lease is over, or the key was invalidated since it was given, nothing is stored and
   * those who asked after the invalidation go on waiting; the caller need not know. */
  slipring_status (*fill)(const slipring_host *host, slipring_session session, uint64_t lease,
                          const slipring_cache_entry *entry);

  /* [shard] Gives a lease up (the origin failed): the next waiter gets it, after a backoff. */
  slipring_status (*give_up)(const slipring_host *host, slipring_session session, uint64_t lease);

  /* [shard] Invalidates by key, or by tag when `is_tag`. Not undone by a fill that began before. */
  slipring_status (*invalidate)(const slipring_host *host, slipring_bytes key_or_tag,
                                uint8_t is_tag);
} slipring_cache_host;

#ifdef __cplusplus
}
static_assert(offsetof(slipring_cached, value) == 56, "offsets never move");
static_assert(offsetof(slipring_cache_get, max_stale_ms) == 48, "offsets never move");
static_assert(offsetof(slipring_cache_entry, tag_count) == 64, "offsets never move");
static_assert(offsetof(slipring_cache_host, invalidate) == 32, "offsets never move");
#endif

#endif
