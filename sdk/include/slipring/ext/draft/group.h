/* slipring.group/1: members that share the events of a subscription. DRAFT: may change until it is
 * released. For adapters: durable consumers and MQTT shared subscriptions.
 *
 * A group has a home shard, which alone decides who works on what: it holds the cursor, the list of
 * work in flight with its member and attempts, and each member's window. A member joins by
 * subscribing with a slipring_group (subscribe.h, mode PER_SESSION) and is served through
 * deliver.h. When its session ends, everything it had unsettled returns to the group, in order,
 * ahead of new events. A member's shard that cannot hand a delivery over returns it at once;
 * neither work nor room in a window can be lost on the way.
 */
#ifndef SLIPRING_EXT_GROUP_H
#define SLIPRING_EXT_GROUP_H

#include "../subscribe.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SLIPRING_GROUP "slipring.group/1"

/* APPENDABLE. */
typedef struct slipring_group {
  size_t struct_size;
  slipring_bytes name;   /* with the filters it names the group: "$share/{name}/{filter}" */
  uint64_t wait_ns;      /* unsettled longer than this: returns to the group; 0: never */
  uint32_t max_attempts; /* then the dead-letter stream; 0: no limit */
  uint8_t durable;       /* 1: the group outlives its members; else it ends with the last one */
  uint8_t pad_[3];
} slipring_group;

/* APPENDABLE. */
typedef struct slipring_group_host {
  size_t struct_size;

  /* [shard] A member says that it still works on a delivery: `wait_ns` starts again. */
  slipring_status (*working)(const slipring_host *host, slipring_session session,
                             uint64_t delivery);

  /* [shard] Leaves, giving back what is unsettled, without waiting for the session's end. */
  slipring_status (*leave)(const slipring_host *host, slipring_session session,
                           uint64_t subscription);
} slipring_group_host;

#ifdef __cplusplus
}
static_assert(offsetof(slipring_group, durable) == 36, "offsets never move");
static_assert(offsetof(slipring_group_host, leave) == 16, "offsets never move");
#endif

#endif
