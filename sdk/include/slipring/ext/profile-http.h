/* slipring.profile.http/1: one HTTP request and its response, streaming both ways. For adapters
 * that answer requests (REST, SSE, GraphQL, a proxy); what a transport does stands in
 * profile-http-transport.h. Outgoing requests: draft/request.h.
 *
 * A session is one exchange; how many share a connection is the transport's affair, as are
 * Content-Length, chunked coding, Connection, Date and everything else of framing. The body of an
 * answer to HEAD is counted and not sent. A client that expects 100 gets it when the host first
 * wants its body. The host keeps how far the exchange has come (`progress`): after a move nobody
 * has to remember what was sent. slipring_ending.code is a slipring_status.
 */
#ifndef SLIPRING_EXT_PROFILE_HTTP_H
#define SLIPRING_EXT_PROFILE_HTTP_H

#include "../abi.h"
#include "field.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SLIPRING_PROFILE_HTTP "slipring.profile.http/1"

#define SLIPRING_LENGTH_UNKNOWN UINT64_MAX

/* Borrowed for the call. APPENDABLE. */
typedef struct slipring_http_request {
  size_t struct_size;
  slipring_bytes method;
  slipring_bytes scheme;
  slipring_bytes authority;
  slipring_bytes path;  /* as sent */
  slipring_bytes query; /* without "?"; to the adapter: without a ticket (ticket.h) */
  slipring_bytes peer;
  const slipring_field *fields; /* in order, without those of framing */
  size_t field_count;
  uint64_t length;  /* of the body; 0: none, `body` is not called; SLIPRING_LENGTH_UNKNOWN */
  uint32_t version; /* 10, 11, 20 */
  uint32_t pad_;
  slipring_bytes identity; /* to the host: subject of the client's verified certificate (RFC 2253);
                              to the adapter: whom the client's credential names, its certificate
                              when it brought no other; or empty */
} slipring_http_request;

/* Borrowed for the call. The host refuses names that are no tokens in lower case or that frame a
 * message (connection, content-length, keep-alive, proxy-connection, transfer-encoding, upgrade),
 * and values with control characters or space around them. APPENDABLE. */
typedef struct slipring_http_head {
  size_t struct_size;
  const slipring_field *fields;
  size_t field_count;
  uint64_t length; /* of the body; 0: none; SLIPRING_LENGTH_UNKNOWN; of 304: what 200 would have */
  uint32_t code;   /* 100 to 599, not 101 */
  uint32_t pad_;
} slipring_http_head;

enum { SLIPRING_HTTP_NONE = 0, SLIPRING_HTTP_HEAD = 1, SLIPRING_HTTP_ENDED = 2 };

/* APPENDABLE. */
typedef struct slipring_http_progress {
  size_t struct_size;
  uint32_t request;       /* SLIPRING_HTTP_HEAD: body still comes, or its end; _ENDED */
  uint32_t response;      /* _NONE; _HEAD: head queued, body may follow; _ENDED */
  uint64_t body_received; /* bytes consumed */
  uint64_t body_sent;     /* bytes sent and queued; counted, in an answer to HEAD */
  uint64_t length;        /* promised in the head */
} slipring_http_progress;

/* What an adapter implements. APPENDABLE. */
typedef struct slipring_http_adapter {
  size_t struct_size;

  /* [shard] A request. OK: an answer will come through `respond`, now or later. Not OK: the
   * transport answers with a status made from it and the line in `reason`; what was asked of the
   * host in this call is undone, `close` does not follow. */
  slipring_status (*open)(void *instance, slipring_session session,
                          const slipring_http_request *request, const slipring_writer *reason,
                          void **state);

  /* [shard] Body: all that has come and is not consumed. Sets `*consumed` to the number of bytes it
   * has used, from the front; the rest stays in the host's buffer and is offered again with more
   * bytes, after a move to the new version. `more` 0: no more comes (there may be no bytes with
   * it); what is left then is dropped. A full buffer of which nothing is consumed is answered 413,
   * or ends the exchange when a head has gone (SLIPRING_END_LIMIT). PENDING: this input waits
   * (completion.h). Any other status: the client is answered 500, or sees the response broken off
   * when a head has gone. Not called once the response has ended. */
  slipring_status (*body)(void *instance, slipring_session session, void *state,
                          slipring_bytes bytes, uint8_t more, size_t *consumed);

  /* [shard] After `body` with `more` 0 was answered OK; only when there are some. Answers as
   * `body`. May be NULL. */
  slipring_status (*trailers)(void *instance, slipring_session session, void *state,
                              const slipring_field *fields, size_t count);
} slipring_http_adapter;

/* What the host offers adapters. The response is one queue: order of calls is order on the wire;
 * shared renderings are body bytes: so before the first of them there is a head, without length
 * (respond at the latest in the completion of the subscribe). FAILED_PRECONDITION: out of order;
 * INVALID_ARGUMENT: not sound; the client sees nothing of either. NOT_FOUND: no such session that
 * this instance serves. APPENDABLE. */
typedef struct slipring_http_host {
  size_t struct_size;

  /* [shard] 1xx any number of times, then the final head once. RESOURCE_EXHAUSTED: too many 1xx
   * wait. */
  slipring_status (*respond)(const slipring_host *host, slipring_session session,
                             const slipring_http_head *head);

  /* [shard] Body bytes, copied. RESOURCE_EXHAUSTED: queue full, nothing taken; see wait_room.
   * OUT_OF_RANGE: more than was promised, nothing taken; 204 and 304 have no body. */
  slipring_status (*send)(const slipring_host *host, slipring_session session,
                          slipring_bytes bytes);

  /* [shard] The end, with trailers or none; needed also when there is no body. OUT_OF_RANGE: fewer
   * bytes than promised; the exchange is reset. */
  slipring_status (*finish)(const slipring_host *host, slipring_session session,
                            const slipring_field *trailers, size_t count);

  /* [shard] Breaks the exchange off: the client sees an aborted response. Also after `finish`, as
   * long as that has not been told the transport. */
  slipring_status (*reset)(const slipring_host *host, slipring_session session,
                           slipring_status why);

  /* [shard] Allowed inside `import_state`. */
  slipring_status (*progress)(const slipring_host *host, slipring_session session,
                              slipring_http_progress *progress);
} slipring_http_host;

#ifdef __cplusplus
}
static_assert(offsetof(slipring_http_request, version) == 128, "offsets never move");
static_assert(offsetof(slipring_http_head, code) == 32, "offsets never move");
static_assert(offsetof(slipring_http_progress, length) == 32, "offsets never move");
static_assert(offsetof(slipring_http_adapter, trailers) == 24, "offsets never move");
static_assert(offsetof(slipring_http_host, progress) == 40, "offsets never move");
#endif

#endif
