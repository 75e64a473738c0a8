/* slipring.profile.call/1: a call with messages both ways, a status, a deadline and a cancel
 * (gRPC). DRAFT: may change until it is released. For adapters (`slipring.v1.Events`, generic
 * services).
 *
 * Unary and streaming calls are the same thing with one message or many. The deadline is the host's
 * timer, so it runs through a move. A call ends once: whichever of `finish`, cancel, deadline and a
 * lost connection reaches the session's shard first decides; later ones find nothing. The adapter
 * always gets exactly one `close`, whose slipring_ending.code is the status of the call.
 */
#ifndef SLIPRING_EXT_PROFILE_CALL_H
#define SLIPRING_EXT_PROFILE_CALL_H

#include "../profile-http.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SLIPRING_PROFILE_CALL "slipring.profile.call/1"
#define SLIPRING_CALL_SESSIONS "slipring.profile.call.sessions/1"

/* Borrowed for the call. APPENDABLE. */
typedef struct slipring_call_start {
  size_t struct_size;
  slipring_bytes method; /* "/slipring.v1.Events/Subscribe" */
  slipring_bytes authority;
  slipring_bytes peer;
  const slipring_field *metadata; /* names in lower case; "-bin" values decoded */
  size_t metadata_count;
  uint64_t deadline_ns; /* from now; UINT64_MAX: none */
} slipring_call_start;

/* How it ended. Borrowed for the call. APPENDABLE. */
typedef struct slipring_call_end {
  size_t struct_size;
  slipring_status status;
  uint32_t pad_;
  slipring_bytes message; /* UTF-8 */
  slipring_bytes details; /* google.rpc.Status, encoded; may be empty */
  const slipring_field *trailers;
  size_t trailer_count;
} slipring_call_end;

/* What an adapter implements. APPENDABLE. */
typedef struct slipring_call_adapter {
  size_t struct_size;

  /* [shard] OK, or the call's status at once. */
  slipring_status (*open)(void *instance, slipring_session session,
                          const slipring_call_start *start, const slipring_writer *reason,
                          void **state);

  /* [shard] One whole message, or NULL: the client sends no more. OK: used. PENDING with
   * `*taken` 1: used, wait before the next. PENDING with `*taken` 0: offered again. Any other
   * status ends the call with it. */
  slipring_status (*receive)(void *instance, slipring_session session, void *state,
                             const slipring_bytes *message, uint8_t *taken);
} slipring_call_adapter;

/* What the host offers adapters. APPENDABLE. */
typedef struct slipring_call_host {
  size_t struct_size;

  /* [shard] Initial metadata, before the first message; sent empty with it otherwise. */
  slipring_status (*metadata)(const slipring_host *host, slipring_session session,
                              const slipring_field *fields, size_t count);

  /* [shard] Queues one message, copied. Statuses as slipring_message_host.send. */
  slipring_status (*send)(const slipring_host *host, slipring_session session,
                          slipring_bytes message);

  /* [shard] The end, behind what is queued. FAILED_PRECONDITION: it has ended otherwise; harmless.
   */
  slipring_status (*finish)(const slipring_host *host, slipring_session session,
                            const slipring_call_end *end);
} slipring_call_host;

/* What a transport implements. APPENDABLE. */
typedef struct slipring_call_transport {
  size_t struct_size;

  /* [shard] As many messages as the library takes now (gRPC: one in flight); returns how many. They
   * are copied. */
  size_t (*write)(void *instance, void *connection, const slipring_bytes *messages, size_t count);
  void (*metadata)(void *instance, void *connection, const slipring_field *fields, size_t count);
  /* [shard] Ready for one more message: a read is started for each call of this. */
  void (*want)(void *instance, void *connection);
  /* [shard] Behind what was taken. `closed` follows. */
  void (*finish)(void *instance, void *connection, const slipring_call_end *end);
} slipring_call_transport;

/* What the host offers transports (SLIPRING_CALL_SESSIONS). All [shard]: library threads post
 * (loop.h) and touch nothing else. APPENDABLE. */
typedef struct slipring_call_sessions {
  size_t struct_size;
  slipring_status (*open)(const slipring_host *host, uint32_t endpoint, void *connection,
                          const slipring_call_start *start, slipring_session *session,
                          const slipring_writer *reason);
  /* NULL: the client sends no more. */
  void (*receive)(const slipring_host *host, slipring_session session,
                  const slipring_bytes *message);
  void (*writable)(const slipring_host *host, slipring_session session);
  /* The client cancelled or vanished; `closed` still follows. */
  void (*cancelled)(const slipring_host *host, slipring_session session);
  /* The library is done with it: exactly once, last. `connection` is not used again. */
  void (*closed)(const slipring_host *host, slipring_session session);
} slipring_call_sessions;

#ifdef __cplusplus
}
static_assert(offsetof(slipring_call_start, deadline_ns) == 72, "offsets never move");
static_assert(offsetof(slipring_call_end, trailer_count) == 56, "offsets never move");
static_assert(offsetof(slipring_call_adapter, receive) == 16, "offsets never move");
static_assert(offsetof(slipring_call_host, finish) == 24, "offsets never move");
static_assert(offsetof(slipring_call_transport, finish) == 32, "offsets never move");
static_assert(offsetof(slipring_call_sessions, closed) == 40, "offsets never move");
#endif

#endif
