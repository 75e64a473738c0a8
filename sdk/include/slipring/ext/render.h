/* slipring.render/1: an event rendered once for all sessions that want the same bytes. For
 * adapters.
 *
 * The host calls `render` once per event, format, instance: the result is host memory, framed once
 * by the transport and referenced by every queue. A new version renders from the next event on;
 * what is queued is sent as it was rendered.
 *
 * What differs between sessions is a hole, filled by the host. What holes cannot say is another
 * format: a format number may encode a protocol version, a QoS, a subscription identifier.
 */
#ifndef SLIPRING_EXT_RENDER_H
#define SLIPRING_EXT_RENDER_H

#include "adapter.h"
#include "events.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SLIPRING_RENDER "slipring.render/1"

enum {
  /* Filled when the entry is queued, with the value given to slipring_deliver_host.queue. */
  SLIPRING_HOLE_GIVEN = 1,
  /* Filled by the host when the entry is queued: the session's cursor after this event, as text.
   * Its length is the host's affair (it depends on how many streams the subscription reads): the
   * message is framed once per length, still rendered once. */
  SLIPRING_HOLE_CURSOR = 2,
  /* Filled by the host when bytes are joined for the transport: whole seconds the event still has
   * to live, at least 1, big-endian in 4 bytes. Only in events that expire. */
  SLIPRING_HOLE_EXPIRY = 3
};

/* Where a rendering goes. Lent for the call. APPENDABLE. */
typedef struct slipring_render_writer {
  size_t struct_size;
  void *context;

  /* Appends a copy. RESOURCE_EXHAUSTED: over the message limit; give up. */
  slipring_status (*write)(void *context, slipring_bytes bytes);

  /* `size` writable bytes at the end of the rendering, until the next call; NULL: over the limit.
   */
  uint8_t *(*reserve)(void *context, size_t size);

  /* A hole; `length` is for GIVEN, 0 otherwise. At most 4 in a rendering. GIVEN ones only in
   * formats queued through deliver.h. */
  slipring_status (*hole)(void *context, uint32_t kind, size_t length);
} slipring_render_writer;

/* Events of a subscription that its client does not get. Borrowed for the call. APPENDABLE. */
typedef struct slipring_gap {
  size_t struct_size;
  uint64_t subscription; /* the adapter's id */
  uint64_t format;
  slipring_bytes from; /* position of the first one missing, as text; empty on ephemeral topics */
  slipring_bytes to;   /* and of the last one */
  uint64_t count;      /* how many; 0: not known */
  slipring_bytes reason;
} slipring_gap;

/* What an adapter implements. APPENDABLE. */
typedef struct slipring_render_adapter {
  size_t struct_size;

  /* [shard] One message (message/1), or a run of bytes (bytes/1, http/1 body). `*kind`:
   * SLIPRING_MESSAGE_… for message/1, else 0. Depends on nothing but format, event and the
   * instance's configuration. Not OK: the event is skipped for this format, counted, and announced
   * as a gap. */
  slipring_status (*render)(void *instance, uint64_t format, const slipring_event_view *event,
                            const slipring_render_writer *writer, uint8_t *kind);

  /* [shard] The announcement of a gap to one session, in its order of events, as the protocol says
   * it. Without holes; writing nothing is allowed. */
  slipring_status (*render_gap)(void *instance, slipring_session session, void *state,
                                const slipring_gap *gap, const slipring_render_writer *writer,
                                uint8_t *kind);

  /* [shard] A format number in the terms of `schema`: called for each subscription of a session
   * that moves, as `export_tag` is for tags. NULL: numbers have never changed. Not OK: the session
   * does not move. */
  slipring_status (*export_format)(void *instance, uint64_t format, uint32_t schema,
                                   uint64_t *exported);
} slipring_render_adapter;

#ifdef __cplusplus
}
static_assert(offsetof(slipring_render_writer, hole) == 32, "offsets never move");
static_assert(offsetof(slipring_render_adapter, export_format) == 24, "offsets never move");
#endif

#endif
