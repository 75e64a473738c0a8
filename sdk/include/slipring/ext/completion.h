/* slipring.completion/1: what takes time, and how an adapter waits for it. For
 * adapters and services; every header here whose functions set a token uses it.
 *
 * A function that may take time copies its arguments, sets a token and returns at once. Later, on
 * the session's shard, between callbacks, `complete` is called exactly once for that token. Tokens,
 * timers among them, are records of the host: they belong to the session, survive its move to
 * another generation, and die with it without a completion.
 *
 * The tag. The host copies the adapter's tag (at most SLIPRING_TAG_MAX bytes, inline in the token's
 * record) and lends it back at completion. A tag is session state: when the session moves, the old
 * generation rewrites each outstanding one with `export_tag` in the schema of the move.
 *
 * SLIPRING_PENDING has two uses, and none elsewhere.
 *
 * Answered by an input callback (`receive`, `body`, a profile's `open`) it says: this input waits,
 * read no more of it. `complete` answering OK ends the wait of all the session's inputs: what is
 * left is offered again, and may be answered PENDING again. `complete` answering PENDING (a timer
 * fired meanwhile) ends none. A session that waits with nothing outstanding that could end the wait
 * is ended with INTERNAL.
 *
 * Answered by a host function called from an input callback it says: nothing was taken, there is no
 * token. Leave the step unconsumed and answer PENDING: the same input is offered again when there
 * is room. From other callbacks host functions never answer PENDING: they queue, or refuse with
 * RESOURCE_EXHAUSTED.
 *
 * One rule makes a step happen once, whatever moves in between: consume the input that causes an
 * effect in the same call that asks for the effect, and only if the effect was taken.
 *
 * Compatibility. SLIPRING_PENDING is reserved in abi.h. A host without this extension offers no
 * function that sets a token and treats the answer as INTERNAL; a plugin answers it only when it
 * found the extension. So `open` and `receive` of the profiles change neither type nor meaning.
 */
#ifndef SLIPRING_EXT_COMPLETION_H
#define SLIPRING_EXT_COMPLETION_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SLIPRING_COMPLETION "slipring.completion/1"

enum { SLIPRING_TAG_MAX = 64 };

/* Names one operation of a session. Never reused while the host lives; 0 is none. */
typedef uint64_t slipring_token;

/* What the adapter wants back. NULL where one is asked for: kind 0, no bytes. FROZEN. */
typedef struct slipring_tag {
  slipring_bytes bytes; /* borrowed for the call */
  uint32_t kind;        /* the adapter's own */
  uint32_t schema;      /* state schema it is written in; given to the host: 0, its newest */
} slipring_tag;

/* Which operation ended; `result` of the completion is the struct named behind it. Today's host
 * completes ROOM, TIMER, PUBLISH, SUBSCRIBE and READ; the others are reserved for drafts. */
enum {
  SLIPRING_DONE_ROOM = 1,      /* NULL */
  SLIPRING_DONE_TIMER = 2,     /* NULL; timer.h */
  SLIPRING_DONE_PUBLISH = 3,   /* slipring_published; events.h */
  SLIPRING_DONE_SUBSCRIBE = 4, /* slipring_subscribed; subscribe.h */
  SLIPRING_DONE_READ = 5,      /* slipring_batch; read.h */
  SLIPRING_DONE_AUTH = 6,      /* slipring_authenticated; auth.h */
  SLIPRING_DONE_CLAIM = 7,     /* slipring_claimed; identity.h */
  SLIPRING_DONE_RECORD = 8,    /* NULL; identity.h */
  SLIPRING_DONE_DIAL = 9,      /* slipring_dialled; dial-session.h */
  SLIPRING_DONE_CACHE = 10,    /* slipring_cached; cache.h */
  SLIPRING_DONE_REMOTE = 11    /* slipring_remote_done; profile-pubsub-client.h */
};

/* Borrowed for the call, with all it points to. APPENDABLE. */
typedef struct slipring_completion {
  size_t struct_size;
  slipring_token token;
  slipring_tag tag;
  uint32_t tag_schema; /* as in `tag` */
  uint32_t operation;  /* SLIPRING_DONE_… */
  slipring_status status;
  uint32_t pad_;
  const void *result;  /* NULL when status is not OK, unless the operation says otherwise */
  slipring_bytes text; /* why, in one line for the client; may be empty */
} slipring_completion;

/* What an adapter implements. APPENDABLE. */
typedef struct slipring_completion_adapter {
  size_t struct_size;

  /* [shard] OK: go on. PENDING: what waits, waits on. Any other status ends the session. While its
   * `open` is pending, OK accepts the session and a status other than PENDING refuses it. */
  slipring_status (*complete)(void *instance, slipring_session session, void *state,
                              const slipring_completion *completion);

  /* [shard] Rewrites a tag in `schema`, which is one the version can write; read-only. Called for
   * each token whose completion has not been delivered. NULL: tags have never changed, the host
   * copies them. NOT_FOUND: it means nothing there, the token is cancelled. Any other status: the
   * session does not move. */
  slipring_status (*export_tag)(void *instance, const slipring_tag *tag, uint32_t schema,
                                const slipring_writer *writer);
} slipring_completion_adapter;

/* What the host offers. APPENDABLE. */
typedef struct slipring_completion_host {
  size_t struct_size;

  /* [shard] OK: no completion will follow; an effect already begun is not undone. NOT_FOUND: it has
   * completed. */
  slipring_status (*cancel)(const slipring_host *host, slipring_session session,
                            slipring_token token);

  /* [shard] Completes when at most `queued_bytes` wait in the session's outbound queue. */
  slipring_status (*wait_room)(const slipring_host *host, slipring_session session,
                               uint64_t queued_bytes, const slipring_tag *tag,
                               slipring_token *token);
} slipring_completion_host;

#ifdef __cplusplus
}
static_assert(sizeof(slipring_tag) == 24, "FROZEN");
static_assert(offsetof(slipring_completion, text) == 64, "offsets never move");
static_assert(offsetof(slipring_completion_adapter, export_tag) == 16, "offsets never move");
static_assert(offsetof(slipring_completion_host, wait_room) == 16, "offsets never move");
#endif

#endif
