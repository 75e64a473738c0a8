/* slipring.router/1: a plugin that decides where an event goes. DRAFT: may change until it is
 * released. For plugins of the routing plane.
 *
 * One instance per shard, run on the publishing shard between authorisation and sequencing. It
 * answers at once from the event and its own configuration; it never learns who is connected. Its
 * decision is carried out by the host: delivery, retry, priority, dead letters. An upgrade takes
 * effect between two events; those of one shard are routed in the order in which they were taken.
 */
#ifndef SLIPRING_EXT_ROUTER_H
#define SLIPRING_EXT_ROUTER_H

#include "../events.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SLIPRING_ROUTER_FACTORY "slipring.router/1"

enum { SLIPRING_ROUTE_PUBLISH = 1, SLIPRING_ROUTE_SERVICE = 2, SLIPRING_ROUTE_DEAD_LETTER = 3 };

/* APPENDABLE. */
typedef struct slipring_route {
  size_t struct_size;
  uint32_t kind;         /* SLIPRING_ROUTE_… */
  uint32_t policy;       /* index of a delivery policy of the configuration */
  slipring_bytes target; /* topic, or service; copied */
  slipring_bytes key;    /* of the service's instance; empty: the event's partition key */
} slipring_route;

/* Lent for the call. APPENDABLE. */
typedef struct slipring_routes {
  size_t struct_size;
  void *context;
  /* Adds one. None added: the event goes to its own topic, as without a router. */
  slipring_status (*add)(void *context, const slipring_route *route);
  /* The event is refused; the publisher gets `status` and the reason. */
  void (*refuse)(void *context, slipring_status status, slipring_bytes reason);
} slipring_routes;

/* APPENDABLE. */
typedef struct slipring_router_factory {
  size_t struct_size;
  /* [control] As slipring_adapter_factory. */
  slipring_status (*create)(const slipring_host *host, slipring_bytes configuration,
                            const slipring_writer *reason, void **instance);
  void (*destroy)(void *instance);
  /* [shard] Sets no tokens. Not OK: as refused with that status. */
  slipring_status (*route)(void *instance, const slipring_event_view *event,
                           const slipring_routes *routes);
} slipring_router_factory;

#ifdef __cplusplus
}
static_assert(offsetof(slipring_route, key) == 32, "offsets never move");
static_assert(offsetof(slipring_routes, refuse) == 24, "offsets never move");
static_assert(offsetof(slipring_router_factory, route) == 24, "offsets never move");
#endif

#endif
