/* slipring.metrics/1: counters.
 *
 * A counter is named once, usually in `create`, and added to without a lock. Names follow
 * Prometheus: "handshakes_refused_total"; the host adds the plugin's name as a label. The same name
 * from another instance or generation of the plugin is the same counter: it goes on across
 * upgrades.
 */
#ifndef SLIPRING_EXT_METRICS_H
#define SLIPRING_EXT_METRICS_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SLIPRING_METRICS "slipring.metrics/1"

typedef struct slipring_counter slipring_counter;

/* APPENDABLE. */
typedef struct slipring_metrics {
  size_t struct_size;

  /* [any] The counter of that name ([a-z][a-z0-9_]*, copied), made when it is new. Lives as long as
   * the host. Never NULL. */
  slipring_counter *(*counter)(const slipring_host *host, slipring_bytes name);

  /* [any] */
  void (*add)(slipring_counter *counter, uint64_t amount);
} slipring_metrics;

#ifdef __cplusplus
}
static_assert(offsetof(slipring_metrics, add) == 16, "offsets never move");
#endif

#endif
