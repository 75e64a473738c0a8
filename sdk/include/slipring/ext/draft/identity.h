/* slipring.identity/1: sessions that outlive their connection. DRAFT: may change until it is
 * released. For adapters (MQTT client ids, durable consumers).
 *
 * A client id has a home shard: its directory entry. `claim` binds the calling session to it,
 * taking over an older session wherever that lives. What follows the identity is the host's:
 * subscriptions with their cursors, unsettled deliveries, notes, held events. The old session's
 * adapter state comes as bytes in the plugin's *common schema*: the newest that every generation
 * not yet retired can read. While a claim is outstanding, further claims of the same identity queue
 * behind it. A session gives its identity up only when no publish of it that carries a note is
 * outstanding. A record of an identity without a session is rewritten in another schema by
 * `import_state`, `export_state` and `release` of adapter.h with session 0.
 */
#ifndef SLIPRING_EXT_IDENTITY_H
#define SLIPRING_EXT_IDENTITY_H

#include "../events.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SLIPRING_IDENTITY "slipring.identity/1"

#define SLIPRING_EXPIRY_NEVER UINT32_MAX

/* APPENDABLE. */
typedef struct slipring_claim {
  size_t struct_size;
  slipring_bytes identity; /* at most 256 bytes; the plugin's name is its namespace */
  uint32_t expiry_s;       /* how long it is kept after the connection's end */
  uint8_t clean;           /* 1: what there was is ended first */
  uint8_t pad_[3];
} slipring_claim;

/* Result of SLIPRING_DONE_CLAIM. Borrowed for the call. APPENDABLE. */
typedef struct slipring_claimed {
  size_t struct_size;
  uint8_t present; /* 1: there was a session and it goes on in this one */
  uint8_t damaged; /* 1: its adapter state could not be had (`state` is empty); the rest is there */
  uint8_t pad_[2];
  uint32_t schema;            /* state schema of `state` */
  slipring_bytes state;       /* what the older session's export_state wrote */
  const slipring_note *notes; /* all that stand, in order of keys */
  size_t note_count;
  const uint64_t *subscriptions; /* ids that are live again */
  size_t subscription_count;
  const uint64_t *unsettled; /* delivery ids, oldest first */
  size_t unsettled_count;
} slipring_claimed;

/* APPENDABLE. */
typedef struct slipring_identity_host {
  size_t struct_size;

  /* [shard] OK: a token. Needs an authenticated session; PERMISSION_DENIED when the identity
   * belongs to another principal. Before completion nothing is delivered to the session. An older
   * connection is ended with SLIPRING_END_TAKEN_OVER before this completes. FAILED_PRECONDITION:
   * the session has an identity. */
  slipring_status (*claim)(const slipring_host *host, slipring_session session,
                           const slipring_claim *claim, const slipring_tag *tag,
                           slipring_token *token);

  /* [shard] Changes the expiry given with `claim` (MQTT 5 DISCONNECT). */
  slipring_status (*set_expiry)(const slipring_host *host, slipring_session session,
                                uint32_t expiry_s);

  /* [shard] Writes notes to the durable record, together, after all that this session published or
   * settled before. `token` NULL: no completion wanted. */
  slipring_status (*record)(const slipring_host *host, slipring_session session,
                            const slipring_note *notes, size_t count, const slipring_tag *tag,
                            slipring_token *token);

  /* [shard] The common schema now: what notes are to be written in. It changes only when a
   * generation is retired or a new one begins to serve. */
  uint32_t (*schema)(const slipring_host *host);
} slipring_identity_host;

#ifdef __cplusplus
}
static_assert(offsetof(slipring_claim, clean) == 28, "offsets never move");
static_assert(offsetof(slipring_claimed, unsettled_count) == 72, "offsets never move");
static_assert(offsetof(slipring_identity_host, schema) == 32, "offsets never move");
#endif

#endif
