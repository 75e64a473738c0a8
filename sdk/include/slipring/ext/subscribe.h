/* slipring.subscribe/1: subscriptions of a session. For adapters; render.h and deliver.h say how
 * matching events reach the client.
 *
 * A subscription belongs to the host's session: it survives a move, and with a claimed identity the
 * connection (identity.h). It is read with one algorithm: what the ring or the log still has after
 * `start`, then live events, with no seam. An event that several subscriptions of a session match
 * is delivered once, unless the subscriptions differ in format or mode.
 */
#ifndef SLIPRING_EXT_SUBSCRIBE_H
#define SLIPRING_EXT_SUBSCRIBE_H

#include "events.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SLIPRING_SUBSCRIBE "slipring.subscribe/1"

enum {
  SLIPRING_START_NOW = 1,
  SLIPRING_START_EARLIEST = 2,
  SLIPRING_START_RETAINED = 3, /* retained events, then live */
  SLIPRING_START_LAST_PER_TOPIC = 4,
  SLIPRING_START_LAST = 5, /* the last `number` */
  SLIPRING_START_TIME = 6, /* `number`: Unix time in ns */
  SLIPRING_START_AFTER = 7 /* after `cursors`: cursors or positions as text, merged */
};

/* APPENDABLE. */
typedef struct slipring_start {
  size_t struct_size;
  uint32_t kind; /* SLIPRING_START_… */
  uint32_t cursor_count;
  uint64_t number;
  const slipring_bytes *cursors;
} slipring_start;

enum { SLIPRING_FROM_LIVE = 1, SLIPRING_FROM_RECOVERED = 2, SLIPRING_FROM_GAP = 3 };

/* In `slipring_origin.recovered`: more are to come than has been counted. */
#define SLIPRING_RECOVERED_UNKNOWN UINT64_MAX

/* Where reading really began. APPENDABLE. */
typedef struct slipring_origin {
  size_t struct_size;
  uint32_t kind; /* SLIPRING_FROM_… */
  uint32_t pad_;
  uint64_t recovered;      /* with RECOVERED: events that come before live ones, or
                              SLIPRING_RECOVERED_UNKNOWN */
  slipring_bytes gap_from; /* with GAP: positions as text; empty when not known */
  slipring_bytes gap_to;
  slipring_bytes reason;
  slipring_bytes cursor; /* as text: the place before the first event to come */
} slipring_origin;

enum {
  SLIPRING_DELIVER_SHARED = 1,     /* render.h: the host queues the rendering */
  SLIPRING_DELIVER_PER_SESSION = 2 /* deliver.h: the adapter is asked for each event */
};

enum {
  SLIPRING_DROP_NEWEST = 1, /* what to do on an ephemeral topic when the session's queue is full */
  SLIPRING_DROP_OLDEST = 2,
  SLIPRING_DROP_LATEST_PER_KEY = 3,
  SLIPRING_DROP_BY_PRIORITY = 4,
  SLIPRING_DROP_DISCONNECT = 5
};

struct slipring_group; /* group.h */

/* APPENDABLE. */
typedef struct slipring_subscription {
  size_t struct_size;
  uint64_t id; /* the adapter's, unique in the session; comes back with each delivery */
  const slipring_bytes *filters;
  size_t filter_count;
  const slipring_start *start; /* NULL: now */
  uint32_t mode;               /* SLIPRING_DELIVER_… */
  uint32_t drop;               /* SLIPRING_DROP_…; 0: as configured */
  uint64_t format; /* for `render`: the adapter's own number, part of its state schema */
  const struct slipring_group *group; /* NULL: every event, for itself alone. Draft: group.h */
  uint8_t skip_own;                   /* 1: not what this session (or its identity) published */
  uint8_t
      recorded; /* 1: PER_SESSION deliveries are written to the durable record before `deliver` */
  uint8_t pad_[6];
} slipring_subscription;

/* Result of SLIPRING_DONE_SUBSCRIBE. Nothing is queued or delivered for the subscription before
 * `complete` has returned; so the protocol's answer precedes the first event. APPENDABLE. */
typedef struct slipring_subscribed {
  size_t struct_size;
  uint64_t id;
  const slipring_origin *origin;
  uint32_t ephemeral; /* 1: also reaches topics that keep nothing for a reader who is away */
  uint32_t pad_;
} slipring_subscribed;

/* APPENDABLE. */
typedef struct slipring_subscribe_host {
  size_t struct_size;

  /* [shard] OK: a token; completes when the sequencers have answered. UNIMPLEMENTED: a group;
   * `recorded`. RESOURCE_EXHAUSTED: the session has as many subscriptions, or filters, as it may.
   * An `id` in use with the same filters: mode, format and options are replaced from the next event
   * on, the cursor stays, `start` only brings what it names (retained events) again; other filters:
   * ALREADY_EXISTS. INVALID_ARGUMENT: filter. PENDING: see completion.h.
   * Completes with an error, and says why in its `text`, when the start cannot be had.
   * OUT_OF_RANGE: a cursor of the future. INVALID_ARGUMENT: a cursor that is damaged, too long, or
   * of a stream that this host does not have. RESOURCE_EXHAUSTED: the filters reach more than 8
   * streams. */
  slipring_status (*add)(const slipring_host *host, slipring_session session,
                         const slipring_subscription *subscription, const slipring_tag *tag,
                         slipring_token *token);

  /* [shard] From now on nothing more is queued or delivered for it; what is queued is still sent,
   * unsettled deliveries stay.
   * A subscribe outstanding under `id` completes with CANCELLED. */
  slipring_status (*remove)(const slipring_host *host, slipring_session session, uint64_t id);

  /* [shard] The cursor of a subscription as text: what a client that has read all that is queued
   * would come back with. */
  slipring_status (*cursor)(const slipring_host *host, slipring_session session, uint64_t id,
                            const slipring_writer *writer);
} slipring_subscribe_host;

#ifdef __cplusplus
}
static_assert(offsetof(slipring_start, cursors) == 24, "offsets never move");
static_assert(offsetof(slipring_origin, cursor) == 72, "offsets never move");
static_assert(offsetof(slipring_subscription, recorded) == 65, "offsets never move");
static_assert(offsetof(slipring_subscribed, ephemeral) == 24, "offsets never move");
static_assert(offsetof(slipring_subscribe_host, cursor) == 24, "offsets never move");
#endif

#endif
