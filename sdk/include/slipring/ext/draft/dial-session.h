/* slipring.dial.session/1: dialling for a session of one's own. DRAFT: may change until it is
 * released. For adapters (bridges). Links of the configuration are in ext/dial.h.
 *
 * An adapter dials only what a session of its own needs. A dialled session lives on the shard of
 * the one that asked and ends with it; the two are a *family* and move in one step, or stay
 * together. It is not dialled again when it is lost: the adapter decides.
 */
#ifndef SLIPRING_EXT_DIAL_SESSION_H
#define SLIPRING_EXT_DIAL_SESSION_H

#include "../completion.h"
#include "../dial.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SLIPRING_DIAL_SESSION "slipring.dial.session/1"

/* Result of SLIPRING_DONE_DIAL. The session was opened through the profile's `open` before. */
typedef struct slipring_dialled {
  size_t struct_size;
  slipring_session session;
} slipring_dialled;

/* What the host offers adapters. APPENDABLE. */
typedef struct slipring_dial_session_host {
  size_t struct_size;

  /* [shard] `dial`: a target that the configuration allows, `link` 0. OK: a token.
   * PERMISSION_DENIED: target not allowed. UNIMPLEMENTED: no transport has the profile's client
   * side. */
  slipring_status (*dial)(const slipring_host *host, slipring_session parent, const char *profile,
                          const slipring_dial *dial, const slipring_tag *tag,
                          slipring_token *token);
} slipring_dial_session_host;

#ifdef __cplusplus
}
static_assert(offsetof(slipring_dialled, session) == 8, "offsets never move");
static_assert(offsetof(slipring_dial_session_host, dial) == 8, "offsets never move");
#endif

#endif
