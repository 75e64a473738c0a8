/* slipring.profile.pubsub-client/1: a link to somebody else's broker. DRAFT: may change until it is
 * released. For bridges and the transport `paho`. The session is dialled (dial.h), and goes on
 * through losses of the link: only the host or the adapter ends it.
 *
 * What is to be sent stays in the host's queue until the broker has acknowledged it; the library
 * gets no more than the broker's receive maximum. What arrives waits in the host's buffer until the
 * adapter has taken it; when that is full the transport drops the link and lets the broker keep the
 * rest, because no client library can refuse single messages.
 */
#ifndef SLIPRING_EXT_PROFILE_PUBSUB_CLIENT_H
#define SLIPRING_EXT_PROFILE_PUBSUB_CLIENT_H

#include "../completion.h"
#include "../profile-http.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SLIPRING_PROFILE_PUBSUB_CLIENT "slipring.profile.pubsub-client/1"
#define SLIPRING_PUBSUB_CLIENT_SESSIONS "slipring.profile.pubsub-client.sessions/1"

/* A message of the other side. Borrowed for the call. APPENDABLE. */
typedef struct slipring_remote_message {
  size_t struct_size;
  slipring_bytes topic;
  slipring_bytes payload;
  const slipring_field *properties; /* user properties, in order; standard ones as ":name" */
  size_t property_count;
  uint8_t qos;
  uint8_t retain;
  uint8_t duplicate;
  uint8_t pad_[5];
} slipring_remote_message;

/* The state of the link. APPENDABLE. */
typedef struct slipring_link {
  size_t struct_size;
  uint32_t up; /* 1: connected */
  uint32_t session_present;
  uint32_t reason_code; /* the broker's own */
  uint32_t pad_;
  slipring_bytes reason;
} slipring_link;

/* Result of SLIPRING_DONE_REMOTE, also when status is not OK. APPENDABLE. */
typedef struct slipring_remote_done {
  size_t struct_size;
  uint32_t reason_code; /* the broker's own */
  uint32_t granted_qos; /* of a subscribe */
} slipring_remote_done;

/* What an adapter implements. APPENDABLE. */
typedef struct slipring_pubsub_client_adapter {
  size_t struct_size;

  /* [shard] The host has set up a link of its configuration, or `dial` was answered. */
  slipring_status (*open)(void *instance, slipring_session session, slipring_bytes target,
                          const slipring_writer *reason, void **state);

  /* [shard] Up or down, in order with what arrived. Up with `session_present` 0: the broker has
   * forgotten; subscribe again. */
  void (*link)(void *instance, slipring_session session, void *state, const slipring_link *link);

  /* [shard] OK or PENDING: taken. PENDING with `*taken` 0: offered again. */
  slipring_status (*arrived)(void *instance, slipring_session session, void *state,
                             const slipring_remote_message *message, uint8_t *taken);
} slipring_pubsub_client_adapter;

/* What the host offers adapters. APPENDABLE. */
typedef struct slipring_pubsub_client_host {
  size_t struct_size;

  /* [shard] Queues a message, copied; completes when it is acknowledged as its QoS asks. Kept over
   * losses of the link. RESOURCE_EXHAUSTED: the queue is full. */
  slipring_status (*publish)(const slipring_host *host, slipring_session session,
                             const slipring_remote_message *message, const slipring_tag *tag,
                             slipring_token *token);

  /* [shard] `subscribe` 0 removes. Not kept: UNAVAILABLE while the link is down. */
  slipring_status (*subscribe)(const slipring_host *host, slipring_session session,
                               slipring_bytes filter, uint8_t qos, uint8_t subscribe,
                               const slipring_tag *tag, slipring_token *token);
} slipring_pubsub_client_host;

/* What a transport implements. `id`: the host's, given back with `acknowledged`. All [shard].
 * APPENDABLE. */
typedef struct slipring_pubsub_client_transport {
  size_t struct_size;
  /* OK: in the library's hands, through losses of the link, until `acknowledged` or `closed`. What
   * is out at `closed` the host gives to the next connection as `duplicate`. */
  slipring_status (*publish)(void *instance, void *connection, uint64_t id,
                             const slipring_remote_message *message);
  slipring_status (*subscribe)(void *instance, void *connection, uint64_t id, slipring_bytes filter,
                               uint8_t qos, uint8_t subscribe);
  /* 0: the buffer is full: drop the link until 1. */
  void (*set_reading)(void *instance, void *connection, uint8_t reading);
  void (*close)(void *instance, void *connection);
} slipring_pubsub_client_transport;

/* What the host offers transports (SLIPRING_PUBSUB_CLIENT_SESSIONS). All [shard]: the library's
 * threads copy into memory of the pinned plugin and post (loop.h). APPENDABLE. */
typedef struct slipring_pubsub_client_sessions {
  size_t struct_size;
  void (*link)(const slipring_host *host, slipring_session session, const slipring_link *link);
  void (*arrived)(const slipring_host *host, slipring_session session,
                  const slipring_remote_message *message);
  void (*acknowledged)(const slipring_host *host, slipring_session session, uint64_t id,
                       slipring_status status, const slipring_remote_done *done);
  void (*closed)(const slipring_host *host, slipring_session session);
} slipring_pubsub_client_sessions;

#ifdef __cplusplus
}
static_assert(offsetof(slipring_remote_message, qos) == 56, "offsets never move");
static_assert(offsetof(slipring_link, reason) == 24, "offsets never move");
static_assert(offsetof(slipring_remote_done, granted_qos) == 12, "offsets never move");
static_assert(offsetof(slipring_pubsub_client_adapter, arrived) == 24, "offsets never move");
static_assert(offsetof(slipring_pubsub_client_host, subscribe) == 16, "offsets never move");
static_assert(offsetof(slipring_pubsub_client_transport, close) == 32, "offsets never move");
static_assert(offsetof(slipring_pubsub_client_sessions, closed) == 32, "offsets never move");
#endif

#endif
