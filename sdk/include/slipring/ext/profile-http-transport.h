/* slipring.profile.http/1, the transport's side.
 *
 * `connection` is one exchange (a stream of HTTP/2, a request of an HTTP/1.1 connection). Rules of
 * ownership as in profile-message.h. Re-entrancy: the host calls `set_reading(…, 0)` also from
 * inside a call the transport makes to it; all else only from steps of the loop. From inside
 * `set_reading` a transport may call `body` and `trailers`; from inside the others nothing.
 *
 * The host calls in this order: `respond` for each 1xx, `respond` for the final head, `write` any
 * number of times, `finish`; or at any point `reset` instead of what is left. Of an answer to HEAD,
 * and of 204 and 304, nothing is written. What an adapter gives to `respond` and `finish` is sound
 * (profile-http.h): it needs no further check.
 *
 * A client that expects 100 (Continue) and has a body to send gets it from the transport, once,
 * when the round in which `open` was answered OK ends without a head and with reading not stopped;
 * or when reading goes on later and there was still no head.
 */
#ifndef SLIPRING_EXT_PROFILE_HTTP_TRANSPORT_H
#define SLIPRING_EXT_PROFILE_HTTP_TRANSPORT_H

#include "profile-http.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SLIPRING_HTTP_SESSIONS "slipring.profile.http.sessions/1"

/* What a transport implements, by SLIPRING_PROFILE_HTTP. APPENDABLE. */
typedef struct slipring_http_transport {
  size_t struct_size;

  /* [shard] A head, 1xx or final. Bodies are framed as the version needs: HTTP/1.1 without length
   * in chunks, one for each `write`. */
  void (*respond)(void *instance, void *connection, const slipring_http_head *head);

  /* [shard] Body bytes, at the end of a round. Returns the bytes taken; fewer than given (a full
   * socket, an exhausted window): the host keeps the rest until `writable`. */
  size_t (*write)(void *instance, void *connection, const slipring_bytes *pieces, size_t count);

  /* [shard] The response is complete, though the request may not be. `closed` follows when it is
   * out, never from inside this call. */
  void (*finish)(void *instance, void *connection, const slipring_field *trailers, size_t count);

  /* [shard] Breaks it off: RST_STREAM, or closing an HTTP/1.1 connection. `closed` follows, never
   * from inside this call. */
  void (*reset)(void *instance, void *connection, slipring_status why);

  /* [shard] Stop, or go on, reading this exchange's body; over HTTP/2 its window stays shut. */
  void (*set_reading)(void *instance, void *connection, uint8_t reading);
} slipring_http_transport;

/* What the host offers transports (SLIPRING_HTTP_SESSIONS). APPENDABLE. */
typedef struct slipring_http_sessions {
  size_t struct_size;

  /* [shard] A request head, complete and strict. The host checks Origin, chooses the mount by
   * endpoint, path and profile, and asks its adapter. Not OK: answer with the status made from it;
   * `reason` holds one line. FAILED_PRECONDITION with "this path speaks WebSocket": 426. */
  slipring_status (*open)(const slipring_host *host, uint32_t endpoint, void *connection,
                          const slipring_http_request *request, slipring_session *session,
                          const slipring_writer *reason);

  /* [shard] Body, in order; `more` 0 with the last bytes (or none), once. Not called when `length`
   * is 0. Never refused: over a limit the host ends the exchange and drops what still comes. */
  void (*body)(const slipring_host *host, slipring_session session, slipring_bytes bytes,
               uint8_t more);

  /* [shard] Before `body` with `more` 0; only when there are some. */
  void (*trailers)(const slipring_host *host, slipring_session session,
                   const slipring_field *fields, size_t count);

  /* [shard] After a short `write`. */
  void (*writable)(const slipring_host *host, slipring_session session);

  /* [shard] The exchange is over; `connection` is not used again. OK: response sent whole.
   * CANCELLED: the client left. Else what broke. */
  void (*closed)(const slipring_host *host, slipring_session session, slipring_status status);
} slipring_http_sessions;

#ifdef __cplusplus
}
static_assert(offsetof(slipring_http_transport, set_reading) == 40, "offsets never move");
static_assert(offsetof(slipring_http_sessions, closed) == 40, "offsets never move");
#endif

#endif
