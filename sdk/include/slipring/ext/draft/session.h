/* slipring.session/1: what the host knows of a session. DRAFT: may change until it is released. For
 * adapters: above all for `import_state`, which gets no handshake.
 *
 * Facts the host owns are not part of an adapter's exported state: asking here cannot disagree with
 * what is on the wire.
 */
#ifndef SLIPRING_EXT_SESSION_H
#define SLIPRING_EXT_SESSION_H

#include "../../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SLIPRING_SESSION "slipring.session/1"

/* Borrowed until the callback it was asked in returns. APPENDABLE. */
typedef struct slipring_session_facts {
  size_t struct_size;
  const char *profile;        /* SLIPRING_PROFILE_… */
  slipring_bytes path;        /* as sent, without the query */
  slipring_bytes subprotocol; /* the one chosen; may be empty */
  slipring_bytes peer;
  slipring_bytes principal; /* empty: anonymous */
  slipring_bytes identity;  /* empty: none claimed */
  uint64_t queued_bytes;    /* outbound, not yet taken by the transport */
  uint64_t input_bytes;     /* received, not yet consumed */
  uint32_t window;          /* deliver.h */
  uint32_t unsettled;
  uint8_t dialled; /* 1: the host or an adapter called out (dial.h) */
  uint8_t waiting; /* 1: PENDING stands */
  uint8_t leaving; /* 1: its connection has gone, it lingers for a lease (cache.h) */
  uint8_t pad_[5];
} slipring_session_facts;

/* APPENDABLE. */
typedef struct slipring_session_host {
  size_t struct_size;

  /* [shard] Fills what `facts->struct_size` has room for. Allowed inside `import_state`. */
  slipring_status (*facts)(const slipring_host *host, slipring_session session,
                           slipring_session_facts *facts);
} slipring_session_host;

/* What an adapter implements. APPENDABLE. */
typedef struct slipring_session_adapter {
  size_t struct_size;

  /* [shard] The session has come from another generation and is served here: the first call after
   * `import_state`, in a step of its own. May do what `import_state` may not: set timers that the
   * other version did not know, send, subscribe. */
  void (*moved)(void *instance, slipring_session session, void *state);
} slipring_session_adapter;

#ifdef __cplusplus
}
static_assert(offsetof(slipring_session_facts, pad_) == 123, "offsets never move");
static_assert(offsetof(slipring_session_adapter, moved) == 8, "offsets never move");
static_assert(offsetof(slipring_session_host, facts) == 8, "offsets never move");
#endif

#endif
