/* slipring.streams/1: what is known of the stream that a topic belongs to. For adapters whose
 * clients ask for it.
 */
#ifndef SLIPRING_EXT_STREAMS_H
#define SLIPRING_EXT_STREAMS_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SLIPRING_STREAMS "slipring.streams/1"

/* What holds before an event is acknowledged and before any reader sees it. */
enum {
  SLIPRING_DURABILITY_MEMORY = 0, /* in this process */
  SLIPRING_DURABILITY_LOG = 1,    /* written: survives the host, not the machine */
  SLIPRING_DURABILITY_FSYNC = 2   /* synced: survives the machine */
};

/* As it is at the moment of the call; the stream goes on. APPENDABLE. */
typedef struct slipring_stream_info {
  size_t struct_size;  /* set by the caller */
  slipring_bytes name; /* valid while the instance is */
  uint64_t epoch;
  uint64_t first;      /* the oldest event that is kept, as its sequence; last + 1: none */
  uint64_t last;       /* the last one that readers may see; 0: there has been none */
  uint32_t durability; /* SLIPRING_DURABILITY_… */
  uint32_t pad_;
  /* What is kept at least; 0: without limit. */
  uint64_t retention_ns;
  uint64_t retention_bytes;
  uint64_t retention_events;
  uint64_t retention_per_topic; /* events of each topic */
} slipring_stream_info;

/* What the host offers. APPENDABLE. */
typedef struct slipring_streams_host {
  size_t struct_size;

  /* [shard] Of the stream that takes what is published to `topic`. NOT_FOUND: none, the topic is
   * ephemeral. INVALID_ARGUMENT: no topic. UNAVAILABLE: not on a shard. */
  slipring_status (*of_topic)(const slipring_host *host, slipring_bytes topic,
                              slipring_stream_info *info);
} slipring_streams_host;

#ifdef __cplusplus
}
static_assert(offsetof(slipring_stream_info, durability) == 48, "offsets never move");
static_assert(offsetof(slipring_stream_info, retention_per_topic) == 80, "offsets never move");
static_assert(offsetof(slipring_streams_host, of_topic) == 8, "offsets never move");
#endif

#endif
