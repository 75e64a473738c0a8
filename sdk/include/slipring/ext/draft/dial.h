/* slipring.dial/1: sessions that begin here. DRAFT: may change until it is released. For adapters
 * (bridges, feeds) and transports with a client side (`lws`, `paho`).
 *
 * Links of the configuration are dialled by the host, once, whatever generation serves them: an
 * adapter dials only what a session of its own needs. A dialled session lives on the shard of the
 * one that asked and ends with it; the two are a *family* and move in one step, or stay together.
 * Losing and regaining the link, with backoff and jitter, is the host's and the transport's affair.
 */
#ifndef SLIPRING_EXT_DIAL_H
#define SLIPRING_EXT_DIAL_H

#include "../completion.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SLIPRING_DIAL "slipring.dial/1"

/* APPENDABLE. */
typedef struct slipring_dial {
  size_t struct_size;
  const char *profile;        /* SLIPRING_PROFILE_… */
  slipring_bytes target;      /* "wss://host/path", "mqtts://host:8883": allowed by configuration */
  slipring_bytes settings;    /* JSON for the transport, checked against its schema; may be empty */
  slipring_bytes credentials; /* name of a secret of the configuration; may be empty */
} slipring_dial;

/* Result of SLIPRING_DONE_DIAL. The session was opened through the profile's `open` before. */
typedef struct slipring_dialled {
  size_t struct_size;
  slipring_session session;
} slipring_dialled;

/* What the host offers adapters. APPENDABLE. */
typedef struct slipring_dial_host {
  size_t struct_size;

  /* [shard] OK: a token. PERMISSION_DENIED: target not allowed. UNIMPLEMENTED: no transport has the
   * profile's client side. */
  slipring_status (*dial)(const slipring_host *host, slipring_session parent,
                          const slipring_dial *dial, const slipring_tag *tag,
                          slipring_token *token);
} slipring_dial_host;

/* What a transport implements. APPENDABLE. */
typedef struct slipring_dial_transport {
  size_t struct_size;

  /* [shard] Begins to connect; the session exists and is named in everything reported. Success is
   * `slipring_dial_sessions.connected`, failure the profile's `closed`. */
  slipring_status (*dial)(void *instance, slipring_session session, const slipring_dial *dial,
                          const slipring_writer *reason);
} slipring_dial_transport;

#define SLIPRING_DIAL_SESSIONS "slipring.dial.sessions/1"

/* What the host offers transports. APPENDABLE. */
typedef struct slipring_dial_sessions {
  size_t struct_size;

  /* [shard] `connection`: the transport's pointer for the profile's functions. `subprotocol`: the
   * one the other side chose. */
  void (*connected)(const slipring_host *host, slipring_session session, void *connection,
                    slipring_bytes subprotocol);
} slipring_dial_sessions;

#ifdef __cplusplus
}
static_assert(offsetof(slipring_dial, credentials) == 48, "offsets never move");
static_assert(offsetof(slipring_dialled, session) == 8, "offsets never move");
static_assert(offsetof(slipring_dial_host, dial) == 8, "offsets never move");
static_assert(offsetof(slipring_dial_transport, dial) == 8, "offsets never move");
static_assert(offsetof(slipring_dial_sessions, connected) == 8, "offsets never move");
#endif

#endif
