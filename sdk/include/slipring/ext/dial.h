/* slipring.dial/1: links, sessions that begin here. For transports with a client side (`lws`) and
 * adapters that read from elsewhere (`feed`).
 *
 * A link stands in the host's configuration: where to, by which transport, for which adapter. The
 * host has it dialled, once in the whole host, on one shard; what is connected becomes a session
 * like any other: it is queued for, moves between versions of its adapter, is listed and ended. A
 * link that is lost or was not reached is dialled again after a backoff; that is the host's affair
 * alone, transport and adapter see one connection at a time.
 *
 * What a session is to begin with the next time its link is up is its *bookmark*: a few bytes that
 * the adapter leaves with the link (a cursor, a sequence). The host keeps them while it lives,
 * across connections and versions, and does not look at them. An adapter asks for them, and for the
 * link's name, in `open`: they are no fields of a profile's handshake, because a link may be of any
 * profile.
 *
 * A transport offers what it has connected by its profile's own `open`, with the number of the link
 * in place of the endpoint's: what comes after that is as with an accepted client. In the handshake
 * `path`, `query` and `authority` are the target's, `subprotocols` is the one chosen, `peer` the
 * server's address.
 */
#ifndef SLIPRING_EXT_DIAL_H
#define SLIPRING_EXT_DIAL_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SLIPRING_DIAL "slipring.dial/1"

enum { SLIPRING_BOOKMARK_MAX = 256 };

/* ── adapter ─────────────────────────────────────────────────────────────────────────────────── */

/* The link of a session. APPENDABLE. */
typedef struct slipring_link {
  size_t struct_size;
  slipring_bytes name;     /* as configured; borrowed until the session ends */
  slipring_bytes bookmark; /* borrowed until the next `set_bookmark`; empty: none was left */
} slipring_link;

/* What the host offers adapters. APPENDABLE. */
typedef struct slipring_dial_host {
  size_t struct_size;

  /* [shard] Which link the session is of, also from inside `open`; `link->struct_size` is set by
   * the caller. NOT_FOUND: it was not dialled, or is not served by this instance. */
  slipring_status (*link_of)(const slipring_host *host, slipring_session session,
                             slipring_link *link);

  /* [shard] Leaves a copy of the bytes with the link, in place of what was left before.
   * INVALID_ARGUMENT: more than SLIPRING_BOOKMARK_MAX. NOT_FOUND: as above. */
  slipring_status (*set_bookmark)(const slipring_host *host, slipring_session session,
                                  slipring_bytes bookmark);
} slipring_dial_host;

/* ── transport ───────────────────────────────────────────────────────────────────────────────── */

/* Where to. Borrowed for the call. APPENDABLE. */
typedef struct slipring_dial {
  size_t struct_size;
  uint32_t link; /* to be given back */
  uint32_t pad_;
  slipring_bytes target;      /* "wss://host:8443/path?query" */
  slipring_bytes subprotocol; /* to ask for; the other side has to choose it; empty: none */
  slipring_bytes origin;      /* to send; empty: none */
  slipring_bytes authorities; /* file: PEM, who may have issued the server's certificate; empty:
                                 those of the system */
} slipring_dial;

/* What a transport implements; answered by slipring_transport_factory.get_extension(SLIPRING_DIAL).
 * APPENDABLE. */
typedef struct slipring_dial_transport {
  size_t struct_size;

  /* [shard] Begins to connect. OK: the profile's `open` or `failed` follows, never from inside this
   * call, within a time of the transport's own; there is no other `dial` of that link before, nor
   * before the session has ended. Not OK: nothing follows, and `reason` says what is wrong. An
   * instance that dials is made for one link, and accepts nothing. `stop` ends what is under way.
   */
  slipring_status (*dial)(void *instance, const slipring_dial *dial, const slipring_writer *reason);
} slipring_dial_transport;

#define SLIPRING_DIAL_LINKS "slipring.dial.links/1"

/* What the host offers transports. APPENDABLE. */
typedef struct slipring_dial_links {
  size_t struct_size;

  /* [shard] It was not reached, or `open` refused the session; `why`: one line for the operator. */
  void (*failed)(const slipring_host *host, uint32_t link, slipring_bytes why);
} slipring_dial_links;

#ifdef __cplusplus
}
static_assert(offsetof(slipring_link, bookmark) == 24, "offsets never move");
static_assert(offsetof(slipring_dial_host, set_bookmark) == 16, "offsets never move");
static_assert(offsetof(slipring_dial, authorities) == 64, "offsets never move");
static_assert(offsetof(slipring_dial_transport, dial) == 8, "offsets never move");
static_assert(offsetof(slipring_dial_links, failed) == 8, "offsets never move");
#endif

#endif
