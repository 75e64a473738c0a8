/* slipring.deliver/1: delivery event by event, settled by the adapter. For adapters whose protocol
 * acknowledges (MQTT QoS 1 and 2, acknowledged consumers).
 *
 * The host keeps the deliveries in flight: each has an id and stays unsettled until `settle`. How
 * many may be unsettled is the session's *window*: a number that is set, not credit that is added,
 * so nothing can be lost by a move, a repeated call or a death. The list of unsettled deliveries is
 * part of the session: it moves with it, follows a claimed identity, and is in the durable record.
 */
#ifndef SLIPRING_EXT_DELIVER_H
#define SLIPRING_EXT_DELIVER_H

#include "events.h"
#include "render.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SLIPRING_DELIVER "slipring.deliver/1"

/* A delivery in flight; unique in the session's (or its identity's) life, 0 is none, counted up by
 * one in order of delivery; those unsettled at a time span less than 65,535, so a packet id can be
 * computed. After a crash only *recorded* deliveries (subscribe.h) keep theirs. */
typedef uint64_t slipring_delivery_id;

/* Borrowed for the call. APPENDABLE. */
typedef struct slipring_delivery {
  size_t struct_size;
  slipring_delivery_id id;
  const slipring_event_view *event;
  const uint64_t *subscriptions; /* ids of those that match */
  size_t subscription_count;
  uint32_t attempt;     /* 1 the first time; above 1 also when another member of a group had it */
  uint32_t redelivered; /* 1: this identity had it before, on a connection that is gone */
} slipring_delivery;

enum {
  SLIPRING_SETTLE_DONE = 1,   /* acknowledged */
  SLIPRING_SETTLE_REFUSE = 2, /* again after a delay; in a group perhaps to another member */
  SLIPRING_SETTLE_REJECT = 3, /* never again: dead letter where one is configured */
  SLIPRING_SETTLE_KEEP =
      4 /* reserved for groups. Not settled yet, but this identity's alone from now on: it does not
           return to a group, and ends with the identity (MQTT-4.8.2-5) */
};

/* What an adapter implements. APPENDABLE. */
typedef struct slipring_deliver_adapter {
  size_t struct_size;

  /* [shard] Called only while the window has room. OK: taken; `queue` or the profile's `send` was
   * called, and `settle` will be. RESOURCE_EXHAUSTED: not now; offered again after `ready`. Any
   * other status: rejected. */
  slipring_status (*deliver)(void *instance, slipring_session session, void *state,
                             const slipring_delivery *delivery);

  /* [shard] Events of a subscription are missing here, in order with its deliveries. May be NULL.
   */
  void (*gap)(void *instance, slipring_session session, void *state, const slipring_gap *gap);
} slipring_deliver_adapter;

/* What the host offers. APPENDABLE. */
typedef struct slipring_deliver_host {
  size_t struct_size;

  /* [shard] How many deliveries may be unsettled (MQTT: Receive Maximum). 0 stops. Default 0. */
  slipring_status (*set_window)(const slipring_host *host, slipring_session session,
                                uint32_t window);

  /* [shard] Inside `deliver` only: queues the shared rendering in `format` (render.h) with the
   * values of its GIVEN holes, concatenated in order. Entries queued this way are not dropped by
   * policy. */
  slipring_status (*queue)(const slipring_host *host, slipring_session session,
                           slipring_delivery_id delivery, uint64_t format, slipring_bytes holes);

  /* [shard] Ends a delivery. `note` (or NULL) is committed with it;
   * UNIMPLEMENTED until there are durable records. A second time, or an id of a
   * delivery that has gone elsewhere: NOT_FOUND, harmless. */
  slipring_status (*settle)(const slipring_host *host, slipring_session session,
                            slipring_delivery_id delivery, uint32_t outcome, uint64_t delay_ns,
                            const slipring_note *note);

  /* [shard] After RESOURCE_EXHAUSTED: offer again. */
  slipring_status (*ready)(const slipring_host *host, slipring_session session);

  /* [shard] Offers unsettled deliveries again through `deliver`, `redelivered` set, oldest first,
   * before anything new; `of` (`count` ids) selects, NULL is all. After a claim. */
  slipring_status (*resend)(const slipring_host *host, slipring_session session,
                            const slipring_delivery_id *of, size_t count);
} slipring_deliver_host;

#ifdef __cplusplus
}
static_assert(offsetof(slipring_delivery, redelivered) == 44, "offsets never move");
static_assert(offsetof(slipring_deliver_adapter, gap) == 16, "offsets never move");
static_assert(offsetof(slipring_deliver_host, resend) == 40, "offsets never move");
#endif

#endif
