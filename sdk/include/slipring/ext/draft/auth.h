/* slipring.auth/1: credentials that a protocol carries in band. DRAFT: may change until it is
 * released. For adapters (MQTT CONNECT and AUTH, GraphQL connection_init, tickets).
 *
 * Credentials of a handshake are checked by the host before `open`. Here an adapter hands over what
 * it found; the host checks (which may take time), binds the principal to the session, applies its
 * limits and ends the session with SLIPRING_END_EXPIRED when it runs out. Secrets are wiped from
 * the host's copy after the check; an adapter keeps none, and puts none into tags or state.
 */
#ifndef SLIPRING_EXT_AUTH_H
#define SLIPRING_EXT_AUTH_H

#include "../completion.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SLIPRING_AUTH "slipring.auth/1"

enum {
  SLIPRING_AUTH_NONE = 0, /* anonymous: allowed or not by configuration */
  SLIPRING_AUTH_PASSWORD = 1,
  SLIPRING_AUTH_TOKEN = 2,   /* a bearer token (JWT) in `secret` */
  SLIPRING_AUTH_TICKET = 3,  /* a one-time ticket in `secret` */
  SLIPRING_AUTH_EXCHANGE = 4 /* a method with several steps, named in `method` */
};

/* APPENDABLE. */
typedef struct slipring_credentials {
  size_t struct_size;
  uint32_t kind; /* SLIPRING_AUTH_… */
  uint32_t pad_;
  slipring_bytes name;
  slipring_bytes secret; /* or this step's data */
  slipring_bytes method;
} slipring_credentials;

/* Result of SLIPRING_DONE_AUTH. Status UNAUTHENTICATED: refused. APPENDABLE. */
typedef struct slipring_authenticated {
  size_t struct_size;
  slipring_bytes principal;
  slipring_bytes data; /* EXCHANGE: to be sent to the client */
  uint64_t expires_s;  /* Unix time; 0: never */
  uint8_t unfinished;  /* 1: the exchange goes on with the client's answer to `data` */
  uint8_t pad_[7];
} slipring_authenticated;

/* APPENDABLE. */
typedef struct slipring_auth_host {
  size_t struct_size;

  /* [shard] OK: a token. A session may authenticate again (token refresh): until the new answer the
   * old principal stands, after a refusal the session is ended by the adapter. */
  slipring_status (*check)(const slipring_host *host, slipring_session session,
                           const slipring_credentials *credentials, const slipring_tag *tag,
                           slipring_token *token);

  /* [shard] OK or PERMISSION_DENIED, at once, for a topic or filter: to answer before acting. The
   * host checks again when it acts. `action`: 1 publish, 2 subscribe. */
  slipring_status (*allowed)(const slipring_host *host, slipring_session session, uint32_t action,
                             slipring_bytes topic);
} slipring_auth_host;

#ifdef __cplusplus
}
static_assert(offsetof(slipring_credentials, method) == 48, "offsets never move");
static_assert(offsetof(slipring_authenticated, unfinished) == 48, "offsets never move");
static_assert(offsetof(slipring_auth_host, allowed) == 16, "offsets never move");
#endif

#endif
