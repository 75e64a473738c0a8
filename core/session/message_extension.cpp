#include "session/message_extension.hpp"

#include <slipring/ext/profile-message.h>

#include <cstring>
#include <string>

#include "session/shard_sessions.hpp"

namespace slipring::session {
namespace {

slipring_status send(const slipring_host *host, slipring_session session, uint8_t kind,
                     slipring_bytes bytes) {
  ShardSessions *const sessions = ShardSessions::current();
  return sessions == nullptr ? SLIPRING_NOT_FOUND : sessions->send(host, session, kind, bytes);
}

slipring_status close(const slipring_host *host, slipring_session session, uint16_t code,
                      slipring_bytes reason) {
  ShardSessions *const sessions = ShardSessions::current();
  return sessions == nullptr ? SLIPRING_NOT_FOUND : sessions->close(host, session, code, reason);
}

slipring_status open(const slipring_host *host, uint32_t endpoint, void *connection,
                     const slipring_message_handshake *handshake, slipring_session *session,
                     char *subprotocol, size_t *subprotocol_size, const slipring_writer *reason) {
  std::string chosen;
  const slipring_status code = ShardSessions::current()->open(host, endpoint, connection,
                                                              *handshake, *session, chosen, *reason);
  // What the client offered and a manifest names fits any handshake; a capacity below it gets none.
  const size_t size = chosen.size() <= *subprotocol_size ? chosen.size() : 0;
  std::memcpy(subprotocol, chosen.data(), size);
  *subprotocol_size = size;
  return code;
}

void receive(const slipring_host *, slipring_session session, const slipring_message *message) {
  ShardSessions::current()->receive(session, *message);
}

void writable(const slipring_host *, slipring_session session) {
  ShardSessions::current()->writable(session);
}

void closed(const slipring_host *, slipring_session session, uint16_t code, slipring_bytes) {
  ShardSessions::current()->closed(session, code);
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
