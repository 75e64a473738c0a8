/* slipring.read/1: reading events once, with or without waiting. For adapters that answer requests
 * (REST and its long-poll, GraphQL queries, unary gRPC).
 *
 * A read is one token: it completes when there is something to give, or when the wait is over,
 * whichever the shard sees first. There is no second path in which a timer and an event could race.
 * It reads with the algorithm of subscribe.h: what the ring or the log has after `start`, then,
 * when it waits, what comes. All that was acknowledged to anyone before the call counts as having
 * been there.
 */
#ifndef SLIPRING_EXT_READ_H
#define SLIPRING_EXT_READ_H

#include "subscribe.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SLIPRING_READ "slipring.read/1"

/* Borrowed for the call. APPENDABLE. */
typedef struct slipring_read {
  size_t struct_size;
  const slipring_bytes *filters;
  size_t filter_count;
  const slipring_start *start; /* not NOW, unless `wait_ns` is set */
  uint64_t limit;              /* events at most; 0: 100; never more than 10,000 */
  uint64_t limit_bytes;        /* of the events together, though at least one is given; 0, or more
                                  than a session's queue may have: as much as that */
  uint64_t wait_ns;            /* when there is none yet; 0: answer at once */
} slipring_read;

/* Result of SLIPRING_DONE_READ. An empty batch is OK. Events of several streams come in any order
 * between streams. A gap always stands before the first event: one that is met on the way ends the
 * batch, and begins the next. APPENDABLE. */
typedef struct slipring_batch {
  size_t struct_size;
  const slipring_event_view *const *events;
  size_t count;
  const slipring_origin *origin; /* where it began; `recovered` is not told */
  slipring_bytes cursor;         /* as text: to go on from; empty: only ephemeral topics are read */
  uint8_t more;                  /* 1: it ended before all there is was read */
  uint8_t pad_[7];
} slipring_batch;

/* APPENDABLE. */
typedef struct slipring_read_host {
  size_t struct_size;

  /* [shard] OK: a token. Ends with the session; slipring_completion_host.cancel ends it earlier.
   * PENDING: see completion.h. INVALID_ARGUMENT: filter or start. RESOURCE_EXHAUSTED: too many
   * filters, or the filters reach more than 8 streams. Completes with an error, and says why in its
   * `text`, when the start cannot be had: OUT_OF_RANGE: a cursor of the future; INVALID_ARGUMENT: a
   * cursor of a history that this host does not have.
   * Why it was refused: slipring_events_host.why.
   *
   * When the host is about to end a session of slipring.profile.http/1 that waits so, for
   * SLIPRING_END_HOST or _DEADLINE, it ends the wait instead: `farewell` (ending.h) is called, and
   * the read completes with what there is. So the client is answered, and knows where to go on. */
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
