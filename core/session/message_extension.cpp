#include "session/message_extension.hpp"

#include <slipring/ext/profile-message.h>

#include <new>

#include "session/shard_sessions.hpp"

namespace slipring::session {
namespace {

// The call on this thread's sessions. Out of memory is an answer here: an exception must not run
// through the plugin's C frames.
template <class Call>
slipring_status for_adapter(Call call) noexcept {
  ShardSessions *const sessions = ShardSessions::current();
  if (sessions == nullptr) return SLIPRING_NOT_FOUND;
  try {
    return call(*sessions);
  } catch (const std::bad_alloc &) {
    return SLIPRING_RESOURCE_EXHAUSTED;
  }
}

slipring_status send(const slipring_host *host, slipring_session session, uint8_t kind,
                     slipring_bytes bytes) {
  return for_adapter([&](ShardSessions &sessions) {
    return sessions.messages().send(host, session, kind, bytes);
  });
}

slipring_status close(const slipring_host *host, slipring_session session, uint16_t code,
                      slipring_bytes reason) {
  return for_adapter([&](ShardSessions &sessions) {
    return sessions.messages().close(host, session, code, reason);
  });
}

slipring_status open(const slipring_host *host, uint32_t endpoint, void *connection,
                     const slipring_message_handshake *handshake, slipring_session *session,
                     char *subprotocol, size_t *subprotocol_size, const slipring_writer *reason) {
  return ShardSessions::current()->messages().open(host, endpoint, connection, *handshake, *session,
                                                   {subprotocol, *subprotocol_size},
                                                   *subprotocol_size, *reason);
}

void receive(const slipring_host *, slipring_session session, const slipring_message *message) {
  ShardSessions::current()->messages().receive(session, *message);
}

void writable(const slipring_host *, slipring_session session) {
  ShardSessions::current()->writable(session);
}

void closed(const slipring_host *, slipring_session session, uint16_t code, slipring_bytes) {
  ShardSessions::current()->messages().closed(session, code);
}

constexpr slipring_message_host adapter_table{sizeof(slipring_message_host), &send, &close};
constexpr slipring_message_sessions transport_table{sizeof(slipring_message_sessions), &open,
                                                    &receive, &writable, &closed};

}  // namespace

void add_message_extensions(plugin::ExtensionSet &extensions) {
  extensions.add(SLIPRING_PROFILE_MESSAGE, &adapter_table);
  extensions.add(SLIPRING_MESSAGE_SESSIONS, &transport_table);
}

}  // namespace slipring::session
