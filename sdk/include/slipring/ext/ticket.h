/* slipring.ticket/1: one-time tickets, for clients that cannot set header fields. For adapters of
 * http/1 (`ticket`).
 *
 * A browser's EventSource and WebSocket send no Authorization. So a page buys a ticket with the
 * credential it has, by an ordinary request, and opens the stream with "?ticket=…": the host takes
 * the ticket out of the query before the adapter sees it, and takes it once. Who asks, by which
 * credential and from which Origin the host knows; an adapter only says when.
 */
#ifndef SLIPRING_EXT_TICKET_H
#define SLIPRING_EXT_TICKET_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SLIPRING_TICKET "slipring.ticket/1"

/* What the host offers. APPENDABLE. */
typedef struct slipring_ticket_host {
  size_t struct_size;

  /* [shard] Only inside `open` of profile-http.h, for the session being opened: writes a new
   * ticket for its client, 43 characters of base64url, and sets `*lifetime_ms`. UNAUTHENTICATED:
   * nobody knows who the client is. PERMISSION_DENIED: it came with a ticket itself.
   * RESOURCE_EXHAUSTED: as many as may be wait to be used; `*lifetime_ms` is set.
   * UNIMPLEMENTED: this host takes no tickets. FAILED_PRECONDITION: not inside `open`. */
  slipring_status (*issue)(const slipring_host *host, slipring_session session,
                           const slipring_writer *ticket, uint32_t *lifetime_ms);
} slipring_ticket_host;

#ifdef __cplusplus
}
static_assert(offsetof(slipring_ticket_host, issue) == 8, "offsets never move");
#endif

#endif
