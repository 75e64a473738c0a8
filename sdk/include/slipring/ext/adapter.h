/* slipring.adapter/1: a plugin that knows what a protocol's messages mean.
 *
 * The factory makes one instance per shard. A session is opened through a profile (what flows, see
 * profile-*.h) and ended, moved and released through the functions here, which are the same for
 * every profile.
 *
 * A session's life as an adapter sees it:
 *
 *   open ──────► receive … receive ──► close                     the session ended
 *                    │
 *                    └► export_state ► (import_state in the new version) ► release
 *                                                                 the session moved on
 *
 * `state` is the adapter's own pointer for the session: set by `open` or `import_state`, given back
 * unchanged with each later call, never read by the host. After `close` or `release` it is not used
 * again: free it there.
 */
#ifndef SLIPRING_EXT_ADAPTER_H
#define SLIPRING_EXT_ADAPTER_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SLIPRING_ADAPTER_FACTORY "slipring.adapter/1"

/* Why a session ended. */
enum {
  SLIPRING_END_ADAPTER = 1,    /* the adapter asked for it */
  SLIPRING_END_PEER = 2,       /* the peer said goodbye */
  SLIPRING_END_LOST = 3,       /* the connection broke or fell silent */
  SLIPRING_END_LIMIT = 4,      /* over a limit of the host: size, queue, stall */
  SLIPRING_END_HOST = 5,       /* the host stops */
  SLIPRING_END_TAKEN_OVER = 6, /* reserved: another session claimed its identity */
  SLIPRING_END_EXPIRED = 7,    /* reserved: its authority has expired */
  SLIPRING_END_DEADLINE = 8,   /* its version, or its transport's, was replaced and had its time */
  SLIPRING_END_ERROR = 9       /* the adapter answered not OK, or broke a rule of this ABI */
};

/* Borrowed for the call. APPENDABLE. */
typedef struct slipring_ending {
  size_t struct_size;
  uint32_t cause; /* SLIPRING_END_… */
  uint32_t code;  /* the profile's own: a close code in message/1 */
} slipring_ending;

/* APPENDABLE. */
typedef struct slipring_adapter_factory {
  size_t struct_size;

  /* [control] Makes the instance of one shard. `configuration` is JSON, already validated against
   * the manifest's JSON Schema. On failure an explanation may be written to `reason`. */
  slipring_status (*create)(const slipring_host *host, slipring_bytes configuration,
                            const slipring_writer *reason, void **instance);

  /* [control] After the last [shard] call on this instance; it has no sessions any more. */
  void (*destroy)(void *instance);

  /* [control] The adapter's side of a profile (SLIPRING_PROFILE_…) or another extension by its id,
   * or NULL. Static. */
  const void *(*get_extension)(const char *id);

  /* [shard] The session has ended; exactly once for each session opened here or moved here and not
   * released. Nothing can be sent. */
  void (*close)(void *instance, slipring_session session, void *state,
                const slipring_ending *ending);

  /* [shard] The session lives on in another generation: free `state`, with no effect on the
   * protocol. In the continuity class `rebind` the new version's calls get `state` NULL: such an
   * adapter has to work with that. */
  void (*release)(void *instance, slipring_session session, void *state);

  /* [shard] Writes the session's state in state schema `schema`, any version between the manifest's
   * oldest and newest; the host picks the newest that both sides read, so a rollback can carry
   * state back. Read-only: the session goes on unchanged if the other side refuses. May be NULL
   * when the continuity class is not `handoff`. */
  slipring_status (*export_state)(void *instance, slipring_session session, const void *state,
                                  uint32_t schema, const slipring_writer *writer);

  /* [shard] Makes `*state` from what another generation exported. Verifies its input; never waits;
   * sends nothing. Not OK: the session stays where it was, and the explanation written to `reason`
   * is reported. May be NULL when the continuity class is not `handoff`. */
  slipring_status (*import_state)(void *instance, slipring_session session, uint32_t schema,
                                  slipring_bytes exported, const slipring_writer *reason,
                                  void **state);
} slipring_adapter_factory;

#ifdef __cplusplus
}
static_assert(offsetof(slipring_adapter_factory, import_state) == 56, "offsets never move");
#endif

#endif
