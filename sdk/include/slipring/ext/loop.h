/* slipring.loop/1: a shard's loop, for pinned transports.
 *
 * A shard is one thread that runs loop rounds: wait for something to be ready, run what is ready
 * (bounded), then the end-of-round functions, in the order they were registered. The host's own
 * end-of-round step, which hands queued messages to transports, runs before all of them: a
 * transport whose library needs a push after writes does it at the end of the round, once.
 *
 * All functions are [shard] except `post`, which is [any]. All callbacks run on the shard, never
 * from inside a call to this table.
 */
#ifndef SLIPRING_EXT_LOOP_H
#define SLIPRING_EXT_LOOP_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SLIPRING_LOOP "slipring.loop/1"

typedef struct slipring_watch slipring_watch;
typedef struct slipring_timer slipring_timer;

enum { SLIPRING_READABLE = 1, SLIPRING_WRITABLE = 2 };

/* APPENDABLE. */
typedef struct slipring_loop {
  size_t struct_size;
  void *context;  /* the host's */
  uint32_t shard; /* index of this shard, from 0 */
  uint32_t shard_count;

  /* Watches a descriptor, which stays the caller's and must outlive the watch. Nothing is reported
   * until `watch_wait`. NULL: the descriptor cannot be watched. */
  slipring_watch *(*watch)(const struct slipring_loop *loop, int fd,
                           void (*ready)(void *user, uint32_t events), void *user);
  /* Waits for `events` (bits SLIPRING_…ABLE; adds to what is waited for already) and calls `ready`
   * once for each that comes true; an error or hang-up counts as both, the next read or write
   * tells. */
  void (*watch_wait)(slipring_watch *watch, uint32_t events);
  /* Ends the watch; `ready` is not called any more, not even when it was due already. May be called
   * from inside `ready`. */
  void (*watch_end)(slipring_watch *watch);

  slipring_timer *(*timer)(const struct slipring_loop *loop, void (*due)(void *user), void *user);
  /* Calls `due` once after `nanoseconds`; replaces an earlier setting. */
  void (*timer_set)(slipring_timer *timer, uint64_t nanoseconds);
  void (*timer_cancel)(slipring_timer *timer);
  /* Ends the timer, likewise. */
  void (*timer_end)(slipring_timer *timer);

  /* [any] Runs `call(user)` on the shard in a later step of the loop. */
  void (*post)(const struct slipring_loop *loop, void (*call)(void *user), void *user);

  /* Registers a function for the end of every round, until `round_end_remove`. Returns its key. */
  uint32_t (*round_end_add)(const struct slipring_loop *loop, void (*call)(void *user), void *user);
  void (*round_end_remove)(const struct slipring_loop *loop, uint32_t key);
} slipring_loop;

#ifdef __cplusplus
}
static_assert(offsetof(slipring_loop, round_end_remove) == 96, "offsets never move");
#endif

#endif
