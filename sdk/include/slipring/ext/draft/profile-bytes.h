/* slipring.profile.bytes/1: ordered bytes both ways (TCP, TLS, Unix sockets). DRAFT: may change
 * until it is released. For adapters that find their own packets (MQTT) and stream transports.
 *
 * The same four tables as in profile-message.h, with the same rules of ownership and re-entrancy;
 * there are no messages, so nothing is framed and an entry may be taken in part.
 */
#ifndef SLIPRING_EXT_PROFILE_BYTES_H
#define SLIPRING_EXT_PROFILE_BYTES_H

#include "../../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SLIPRING_PROFILE_BYTES "slipring.profile.bytes/1"
#define SLIPRING_BYTES_SESSIONS "slipring.profile.bytes.sessions/1"

/* Borrowed for the call. APPENDABLE. */
typedef struct slipring_bytes_start {
  size_t struct_size;
  slipring_bytes peer;
  slipring_bytes server_name; /* TLS SNI; empty when none */
  slipring_bytes alpn;        /* chosen by TLS; empty when none */
} slipring_bytes_start;

/* What an adapter implements. APPENDABLE. */
typedef struct slipring_bytes_adapter {
  size_t struct_size;

  /* [shard] As slipring_message_adapter.open. */
  slipring_status (*open)(void *instance, slipring_session session,
                          const slipring_bytes_start *start, const slipring_writer *reason,
                          void **state);

  /* [shard] Input: all that has come and is not consumed. OK with a remainder: more bytes are
   * needed. `more` 0: the peer sends no more; what is left then is dropped. PENDING: completion.h.
   * A full buffer of which nothing is consumed ends the session with SLIPRING_END_LIMIT. */
  slipring_status (*receive)(void *instance, slipring_session session, void *state,
                             slipring_bytes bytes, uint8_t more, size_t *consumed);
} slipring_bytes_adapter;

/* What the host offers adapters. APPENDABLE. */
typedef struct slipring_bytes_host {
  size_t struct_size;

  /* [shard] Queues a copy. Statuses as slipring_message_host.send. */
  slipring_status (*send)(const slipring_host *host, slipring_session session,
                          slipring_bytes bytes);

  /* [shard] Ends the session after what is queued has been sent. */
  slipring_status (*close)(const slipring_host *host, slipring_session session);
} slipring_bytes_host;

/* What a transport implements. APPENDABLE. */
typedef struct slipring_bytes_transport {
  size_t struct_size;

  /* [shard] At the end of a round, all that is due. Returns the bytes taken; fewer than given: the
   * host keeps the rest until `writable`. */
  size_t (*write)(void *instance, void *connection, const slipring_bytes *pieces, size_t count);

  /* [shard] Stop, or go on, reading. */
  void (*set_reading)(void *instance, void *connection, uint8_t reading);

  /* [shard] Closes when what was taken is out. `closed` follows, never from inside this call. */
  void (*close)(void *instance, void *connection);
} slipring_bytes_transport;

/* What the host offers transports (SLIPRING_BYTES_SESSIONS). APPENDABLE. */
typedef struct slipring_bytes_sessions {
  size_t struct_size;
  slipring_status (*open)(const slipring_host *host, uint32_t endpoint, void *connection,
                          const slipring_bytes_start *start, slipring_session *session);
  void (*receive)(const slipring_host *host, slipring_session session, slipring_bytes bytes,
                  uint8_t more);
  void (*writable)(const slipring_host *host, slipring_session session);
  /* `lost` 1: broken rather than closed. `connection` is not used again. */
  void (*closed)(const slipring_host *host, slipring_session session, uint8_t lost);
} slipring_bytes_sessions;

#ifdef __cplusplus
}
static_assert(offsetof(slipring_bytes_start, alpn) == 40, "offsets never move");
static_assert(offsetof(slipring_bytes_adapter, receive) == 16, "offsets never move");
static_assert(offsetof(slipring_bytes_host, close) == 16, "offsets never move");
static_assert(offsetof(slipring_bytes_transport, close) == 24, "offsets never move");
static_assert(offsetof(slipring_bytes_sessions, closed) == 32, "offsets never move");
#endif

#endif
