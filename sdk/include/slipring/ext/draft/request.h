/* slipring.request/1: an HTTP request to somewhere else, made by a session. DRAFT: may change until
 * it is released. For adapters: proxying, origins, webhooks, token introspection.
 *
 * The request runs on the session's shard in the pinned transport `http-client` and is *part of the
 * session*: its response comes to the session's own state, and it moves with the session in the
 * same step. So client side and origin side of a proxied exchange are never served by two versions.
 * Response bytes that were not consumed stay in the host's buffer; when it is full the host stops
 * reading from the origin.
 */
#ifndef SLIPRING_EXT_REQUEST_H
#define SLIPRING_EXT_REQUEST_H

#include "../completion.h"
#include "../profile-http.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SLIPRING_REQUEST "slipring.request/1"

/* APPENDABLE. */
typedef struct slipring_request {
  size_t struct_size;
  const slipring_http_request *head; /* `authority` must be one that the configuration allows */
  uint64_t timeout_ns;               /* until the response's head; 0: as configured */
  slipring_bytes traceparent;        /* empty: the session's own context */
} slipring_request;

/* What an adapter implements. The token names the request, the tag is the one given with `start`.
 * APPENDABLE. */
typedef struct slipring_request_adapter {
  size_t struct_size;

  /* [shard] The final response head; 1xx are not passed on. */
  slipring_status (*response)(void *instance, slipring_session session, void *state,
                              slipring_token request, const slipring_tag *tag,
                              const slipring_http_head *head);

  /* [shard] Body; rules of slipring_bytes_adapter.receive, PENDING included: it stops this request,
   * not the session's other input. */
  slipring_status (*body)(void *instance, slipring_session session, void *state,
                          slipring_token request, const slipring_tag *tag, slipring_bytes bytes,
                          uint8_t more, size_t *consumed);

  /* [shard] Last, exactly once unless cancelled: OK after a whole response; UNAVAILABLE, no
   * connection; DEADLINE_EXCEEDED; DATA_LOSS, broken off in the body. */
  slipring_status (*ended)(void *instance, slipring_session session, void *state,
                           slipring_token request, const slipring_tag *tag, slipring_status status,
                           const slipring_field *trailers, size_t count);
} slipring_request_adapter;

/* What the host offers. APPENDABLE. */
typedef struct slipring_request_host {
  size_t struct_size;

  /* [shard] Sends the head. RESOURCE_EXHAUSTED: too many to this origin (the breaker is open:
   * UNAVAILABLE). Ended by slipring_completion_host.cancel. */
  slipring_status (*start)(const slipring_host *host, slipring_session session,
                           const slipring_request *request, const slipring_tag *tag,
                           slipring_token *token);

  /* [shard] Body of the request, copied; `more` 0 ends it. RESOURCE_EXHAUSTED: nothing was taken.
   */
  slipring_status (*send)(const slipring_host *host, slipring_session session,
                          slipring_token request, slipring_bytes bytes, uint8_t more);

  /* [shard] Completes (SLIPRING_DONE_ROOM) when at most `queued_bytes` of the body wait. */
  slipring_status (*wait_room)(const slipring_host *host, slipring_session session,
                               slipring_token request, uint64_t queued_bytes,
                               const slipring_tag *tag, slipring_token *token);
} slipring_request_host;

#ifdef __cplusplus
}
static_assert(offsetof(slipring_request, traceparent) == 24, "offsets never move");
static_assert(offsetof(slipring_request_adapter, ended) == 24, "offsets never move");
static_assert(offsetof(slipring_request_host, wait_room) == 24, "offsets never move");
#endif

#endif
