/* slipring.events/1: the canonical event as plugins see it, and publishing. For adapters
 * and services; render.h uses the view.
 *
 * An event is a FlatBuffer of schemas/event.fbs, verified once when it enters and never changed.
 * What the host assigned stands beside it in the view. Events are immutable and counted by the
 * host: a view is borrowed for the call, so keep positions, not pointers.
 */
#ifndef SLIPRING_EXT_EVENTS_H
#define SLIPRING_EXT_EVENTS_H

#include "completion.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SLIPRING_EVENTS "slipring.events/1"

/* Where an event stands: the same for every reader. All 0: an ephemeral topic has none. FROZEN. */
typedef struct slipring_position {
  uint64_t stream;
  uint64_t epoch;
  uint64_t sequence;
} slipring_position;

enum { SLIPRING_EVENT_RETAINED = 1, SLIPRING_EVENT_REPLAYED = 2 };

/* APPENDABLE. */
typedef struct slipring_event_view {
  size_t struct_size;
  slipring_bytes event; /* the FlatBuffer, verified */
  slipring_bytes topic; /* inside `event` */
  slipring_position position;
  int64_t recorded_ns;    /* Unix time at which the host took it */
  slipring_bytes printed; /* the position as text, for an event message; empty when it has none */
  uint32_t flags;         /* SLIPRING_EVENT_… */
  uint32_t expires_in_s;  /* rest of its time to live now; UINT32_MAX: none */
} slipring_event_view;

/* A change to the durable record of the session that publishes, committed in the same write as the
 * event: both are there after a crash, or neither (identity.h). FROZEN. */
typedef struct slipring_note {
  slipring_bytes key;   /* at most 16 bytes */
  slipring_bytes value; /* at most 64 bytes; empty removes the key */
} slipring_note;

/* What `expect_sequence` is of. */
enum {
  SLIPRING_EXPECT_NOTHING = 0,
  SLIPRING_EXPECT_OF_TOPIC = 1, /* the topic's last event stands there; 0: there has been none */
  SLIPRING_EXPECT_OF_STREAM = 2 /* the same of the stream's last event */
};

/* One event to publish. APPENDABLE, walked with the caller's `struct_size` as stride. */
typedef struct slipring_publish {
  size_t struct_size;
  slipring_bytes event;      /* a finished FlatBuffer: verified and copied, never changed */
  uint64_t expect_sequence;  /* when `has_expect`; compared when the event is sequenced */
  const slipring_note *note; /* or NULL; UNIMPLEMENTED until there are durable records */
  uint8_t has_expect;        /* SLIPRING_EXPECT_… */
  uint8_t pad_[7];
} slipring_publish;

/* Result of SLIPRING_DONE_PUBLISH, also when status is not OK. APPENDABLE. */
typedef struct slipring_published {
  size_t struct_size;
  const slipring_position *positions; /* one for each event, in order */
  size_t count;
  uint32_t failed;   /* index of the event that was refused, when status is not OK */
  uint8_t duplicate; /* 1: one of the events was there already, by its source and deduplication id;
                        its position is that of the first time */
  uint8_t pad_[3];
} slipring_published;

/* APPENDABLE. */
typedef struct slipring_events_host {
  size_t struct_size;

  /* [shard] Publishes `count` events with the session's principal; 0 as session: as this instance,
   * then without `tag` and `token`. OK: taken. When `token` is not NULL it is set, and completes
   * when every event has the durability its stream asked for (ephemeral: when it was sequenced).
   * Completions to one stream come in order of the calls. PENDING: see completion.h. Several
   * events: all are authorised and verified before the first is sequenced; those of one stream are
   * committed together. INVALID_ARGUMENT, PERMISSION_DENIED, RESOURCE_EXHAUSTED: refused, `*failed`
   * says which.
   * Here or at completion, which says why in its `text`: FAILED_PRECONDITION: an expectation does
   * not hold; or the topic is ephemeral, and the event asks to be retained, deduplicated or expects
   * something. RESOURCE_EXHAUSTED: the disk is full. UNAVAILABLE: the log cannot be written. */
  slipring_status (*publish)(const slipring_host *host, slipring_session session,
                             const slipring_publish *events, size_t count, const slipring_tag *tag,
                             slipring_token *token, uint32_t *failed);

  /* [shard] Why the last `publish` or subscribe.h `add` of this instance was refused, in one line
   * for the client; until its next call. Empty when it was not. */
  slipring_bytes (*why)(const slipring_host *host);

  /* [shard] A position as text, as it stands in `slipring_event_view.printed`. Writes nothing for
   * an ephemeral topic's. */
  slipring_status (*print_position)(const slipring_host *host, const slipring_position *position,
                                    const slipring_writer *writer);
} slipring_events_host;

#ifdef __cplusplus
}
static_assert(sizeof(slipring_position) == 24, "FROZEN");
static_assert(sizeof(slipring_note) == 32, "FROZEN");
static_assert(offsetof(slipring_event_view, expires_in_s) == 92, "offsets never move");
static_assert(offsetof(slipring_publish, has_expect) == 40, "offsets never move");
static_assert(offsetof(slipring_published, duplicate) == 28, "offsets never move");
static_assert(offsetof(slipring_events_host, print_position) == 24, "offsets never move");
#endif

#endif
