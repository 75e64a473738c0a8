/* slipring.read/1: reading events once, with or without waiting. DRAFT: may change until it is
 * released. For adapters that answer requests (REST and its long-poll, GraphQL queries, unary
 * gRPC).
 *
 * A read is one token: it completes when there is something to give, or when the wait is over,
 * whichever the shard sees first. There is no second path in which a timer and an event could race.
 */
#ifndef SLIPRING_EXT_READ_H
#define SLIPRING_EXT_READ_H

#include "../subscribe.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SLIPRING_READ "slipring.read/1"

/* APPENDABLE. */
typedef struct slipring_read {
  size_t struct_size;
  const slipring_bytes *filters;
  size_t filter_count;
  const slipring_start *start; /* not NOW, unless `wait_ns` is set */
  uint64_t limit;              /* events at most; 0: the host's default */
  uint64_t limit_bytes;        /* of the events together; at least one is given; 0: default */
  uint64_t wait_ns;            /* when there is none yet; 0: answer at once */
} slipring_read;

/* Result of SLIPRING_DONE_READ. An empty batch is OK. APPENDABLE. */
typedef struct slipring_batch {
  size_t struct_size;
  const slipring_event_view *const *events;
  size_t count;
  const slipring_origin *origin;
  slipring_bytes cursor; /* as text: to go on from */
  uint8_t more;          /* 1: there was more than the limits allowed */
  uint8_t pad_[7];
} slipring_batch;

/* APPENDABLE. */
typedef struct slipring_read_host {
  size_t struct_size;

  /* [shard] OK: a token. Ends with the session; slipring_completion_host.cancel ends it earlier.
   * OUT_OF_RANGE: a cursor of the future; INVALID_ARGUMENT: filter, start or cursor. */
  slipring_status (*events)(const slipring_host *host, slipring_session session,
                            const slipring_read *read, const slipring_tag *tag,
                            slipring_token *token);
} slipring_read_host;

#ifdef __cplusplus
}
static_assert(offsetof(slipring_read, wait_ns) == 48, "offsets never move");
static_assert(offsetof(slipring_batch, more) == 48, "offsets never move");
static_assert(offsetof(slipring_read_host, events) == 8, "offsets never move");
#endif

#endif
