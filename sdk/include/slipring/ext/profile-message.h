/* slipring.profile.message/1: text and binary messages both ways (a WebSocket connection).
 *
 * Four tables: what an adapter implements, what the host offers adapters, what a transport
 * implements, what the host offers transports. The host stands between the two plugins: it chooses
 * the adapter before `open`, keeps what was received until the adapter has consumed it, and keeps
 * what is to be sent until the transport has taken it. So either side can be replaced without the
 * other noticing.
 *
 * Close codes are those of RFC 6455 §7.4.1, because every message protocol in use speaks them.
 */
#ifndef SLIPRING_EXT_PROFILE_MESSAGE_H
#define SLIPRING_EXT_PROFILE_MESSAGE_H

#include "../abi.h"
#include "field.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SLIPRING_PROFILE_MESSAGE "slipring.profile.message/1"

/* Kinds; other values are reserved and answered INVALID_ARGUMENT. */
enum { SLIPRING_MESSAGE_TEXT = 1, SLIPRING_MESSAGE_BINARY = 2 };

/* Close codes the host itself uses; adapters may use any that RFC 6455 §7.4 lets an endpoint send.
 */
enum {
  SLIPRING_CLOSE_NORMAL = 1000,
  SLIPRING_CLOSE_GOING_AWAY = 1001,
  SLIPRING_CLOSE_PROTOCOL_ERROR = 1002,
  SLIPRING_CLOSE_INVALID_DATA = 1007,
  SLIPRING_CLOSE_POLICY = 1008,
  SLIPRING_CLOSE_TOO_BIG = 1009,
  SLIPRING_CLOSE_INTERNAL = 1011,
  SLIPRING_CLOSE_RESTART = 1012,
  SLIPRING_CLOSE_TRY_AGAIN = 1013
};

/* A message or a part of one. FROZEN. */
typedef struct slipring_message {
  slipring_bytes bytes;
  uint8_t kind;    /* SLIPRING_MESSAGE_… */
  uint8_t more;    /* 1: further bytes of this message follow */
  uint8_t pad_[6]; /* 0 */
} slipring_message;

/* How the session began. Borrowed for the call. APPENDABLE. */
typedef struct slipring_message_handshake {
  size_t struct_size;
  slipring_bytes path;         /* "/echo": as sent, without the query */
  slipring_bytes query;        /* without "?"; empty when none; to the adapter: without a ticket */
  slipring_bytes authority;    /* the Host the client asked for */
  slipring_bytes origin;       /* RFC 6454; empty when the client sent none */
  slipring_bytes subprotocols; /* to the host: what the client offers, "a, b"; to the adapter: the
                                  one chosen, empty when none */
  slipring_bytes peer;         /* "192.0.2.1:4711" or "[2001:db8::1]:4711" */
  slipring_bytes identity; /* to the host: subject of the client's verified certificate (RFC 2253);
                              to the adapter: whom the client's credential names, its certificate
                              when it brought no other; or empty */
  slipring_bytes scheme;   /* "https" or "http": how the client came here; to the adapter: empty */
  const slipring_field *fields; /* of the request, at least those in which a credential may be
                                   (authorization, cookie, sec-fetch-site); to the adapter: none */
  size_t field_count;
} slipring_message_handshake;

/* ── adapter ─────────────────────────────────────────────────────────────────────────────────── */

enum {
  SLIPRING_INPUT_WHOLE = 0, /* `receive` gets whole messages; the host collects the parts */
  SLIPRING_INPUT_PARTS = 1  /* `receive` is offered what has come so far, again after each part */
  /* 2 is reserved for input whose message boundaries mean nothing. A host refuses a plugin whose
   * `input` it does not know. */
};

/* What an adapter implements; answered by slipring_adapter_factory.get_extension. APPENDABLE. */
typedef struct slipring_message_adapter {
  size_t struct_size;
  uint32_t input; /* SLIPRING_INPUT_… */
  uint32_t pad_;

  /* [shard] A new session. OK: accepted, and `*state` is set. Not OK: refused; the transport
   * answers in its protocol's terms (NOT_FOUND, PERMISSION_DENIED, RESOURCE_EXHAUSTED, …) with the
   * line for the client written to `reason`; `close` does not follow. What is sent in `open` goes
   * out after the handshake, or is dropped when `open` refuses. */
  slipring_status (*open)(void *instance, slipring_session session,
                          const slipring_message_handshake *handshake,
                          const slipring_writer *reason, void **state);

  /* [shard] Input. Sets `*consumed` to the number of bytes it has used, from the front; the rest
   * stays in the host's buffer and is offered again with more bytes, after a move to the new
   * version. When `more` is 0 and the answer is OK, everything has to be consumed. Not OK: the
   * session is closed with SLIPRING_CLOSE_INTERNAL and the status is counted. PENDING: this input
   * waits (completion.h); what was not consumed is offered again. Neither is called again once the
   * adapter has called `close` or answered not OK. */
  slipring_status (*receive)(void *instance, slipring_session session, void *state,
                             const slipring_message *message, size_t *consumed);
} slipring_message_adapter;

/* What the host offers adapters; from slipring_host.get_extension(SLIPRING_PROFILE_MESSAGE).
 * APPENDABLE. */
typedef struct slipring_message_host {
  size_t struct_size;

  /* [shard] Queues one message for the session's client; the bytes are copied. Order of calls is
   * order on the wire. RESOURCE_EXHAUSTED: the session's queue is at its limit, nothing was queued.
   * NOT_FOUND: no such session that this instance serves; so a late call of an old version is
   * harmless. FAILED_PRECONDITION: it is being closed. */
  slipring_status (*send)(const slipring_host *host, slipring_session session, uint8_t kind,
                          slipring_bytes bytes);

  /* [shard] Ends the session after what is queued has been sent. `reason`: UTF-8, at most 123 bytes
   * (RFC 6455 §5.5). The adapter's `close` follows when the connection is gone. Same errors. */
  slipring_status (*close)(const slipring_host *host, slipring_session session, uint16_t code,
                           slipring_bytes reason);
} slipring_message_host;

/* ── transport ───────────────────────────────────────────────────────────────────────────────── */

/* Re-entrancy. The host calls `set_reading(…, 0)` also from inside a call the transport makes to
 * it; `set_reading(…, 1)`, `write` and `close` only from steps of the loop. From inside `adopt` and
 * `set_reading` a transport may call `open` and `receive`; from inside `write` and `close` nothing.
 * A session stays valid for the transport until it has called `closed`, whatever the host decided
 * meanwhile; after the host has called `close`, what the transport still receives is ignored. */

enum { SLIPRING_FRAME_HEADER_MAX = 16 };

/* One message to be written. The pieces in order are its bytes on the wire; the first `header_size`
 * bytes of the first piece are what `frame` wrote, for transports that have to frame anew on some
 * connections. There is more than one piece only when a rendering has holes. FROZEN. */
typedef struct slipring_frame {
  const slipring_bytes *pieces;
  uint32_t piece_count;
  uint8_t kind; /* SLIPRING_MESSAGE_… */
  uint8_t header_size;
  uint8_t pad_[2];
} slipring_frame;

/* What a transport implements; answered by slipring_transport_factory.get_extension. `connection`
 * is the transport's own pointer, given to the host with `open`. APPENDABLE. */
typedef struct slipring_message_transport {
  size_t struct_size;

  /* [any] Writes the bytes that precede a whole message of `size` bytes on the wire into `header`
   * (SLIPRING_FRAME_HEADER_MAX bytes) and returns how many. The same for every connection: so a
   * message is framed once, whoever gets it. */
  size_t (*frame)(uint8_t kind, size_t size, uint8_t *header);

  /* [shard] At the end of a loop round: what is due for one connection, in order. Returns how many
   * messages were taken; they are written or copied. Fewer than `count`: the host keeps the rest
   * until `writable`. */
  size_t (*write)(void *instance, void *connection, const slipring_frame *frames, size_t count);

  /* [shard] Stop, or go on, reading from this connection. */
  void (*set_reading)(void *instance, void *connection, uint8_t reading);

  /* [shard] Closes the connection in the protocol's own way; what `write` took goes first.
   * `closed` follows, never from inside this call. */
  void (*close)(void *instance, void *connection, uint16_t code, slipring_bytes reason);
} slipring_message_transport;

/* What the host offers transports; from get_extension(SLIPRING_MESSAGE_SESSIONS). APPENDABLE. */
#define SLIPRING_MESSAGE_SESSIONS "slipring.profile.message.sessions/1"
typedef struct slipring_message_sessions {
  size_t struct_size;

  /* [shard] A client wants a session. The host checks Origin, chooses the mount by endpoint, path,
   * profile and subprotocol, checks the credential that it asks for, and asks its adapter. OK:
   * `*session` is set and the chosen subprotocol is in `subprotocol` (capacity `*subprotocol_size`,
   * which is then set to its length; 0: none). Not OK: refused, with one line for the client
   * written to `reason`. */
  slipring_status (*open)(const slipring_host *host, uint32_t endpoint, void *connection,
                          const slipring_message_handshake *handshake, slipring_session *session,
                          char *subprotocol, size_t *subprotocol_size,
                          const slipring_writer *reason);

  /* [shard] Input, in order. Never refused: over a limit the host closes the connection and drops
   * what still comes. */
  void (*receive)(const slipring_host *host, slipring_session session,
                  const slipring_message *message);

  /* [shard] After a short `write`: there is room again. */
  void (*writable)(const slipring_host *host, slipring_session session);

  /* [shard] The connection is gone; `connection` is not used again. `code`: what the peer or the
   * transport closed with, 1005 when none was given, 1006 when it vanished (RFC 6455 §7.1.5);
   * `reason`: the peer's words, may be empty. */
  void (*closed)(const slipring_host *host, slipring_session session, uint16_t code,
                 slipring_bytes reason);
} slipring_message_sessions;

#ifdef __cplusplus
}
static_assert(sizeof(slipring_message) == 24, "FROZEN");
static_assert(sizeof(slipring_frame) == 16, "FROZEN");
static_assert(offsetof(slipring_message_adapter, receive) == 24, "offsets never move");
static_assert(offsetof(slipring_message_host, close) == 16, "offsets never move");
static_assert(offsetof(slipring_message_transport, close) == 32, "offsets never move");
static_assert(offsetof(slipring_message_sessions, closed) == 32, "offsets never move");
#endif

#endif
