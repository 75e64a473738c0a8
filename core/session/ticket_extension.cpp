#include "session/ticket_extension.hpp"

#include <slipring/ext/ticket.h>

#include <chrono>

#include "base/bytes.hpp"
#include "session/shard_sessions.hpp"

namespace slipring::session {
namespace {

slipring_status issue(const slipring_host *host, slipring_session id, const slipring_writer *ticket,
                      uint32_t *lifetime_ms) {
  ShardSessions *const sessions = ShardSessions::current();
  if (sessions == nullptr || sessions->tickets() == nullptr) return SLIPRING_UNIMPLEMENTED;
  const Opening *const opening = sessions->opening();
  if (opening == nullptr || opening->session != id || sessions->find_for(host, id) == nullptr) {
    return SLIPRING_FAILED_PRECONDITION;
  }
  const access::Admission &client = opening->admission;
  if (client.identity.empty()) return SLIPRING_UNAUTHENTICATED;
  if (client.by == access::Carrier::ticket) return SLIPRING_PERMISSION_DENIED;
  access::Tickets &tickets = *sessions->tickets();
  *lifetime_ms = static_cast<uint32_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(tickets.lifetime()).count());
  const auto issued = tickets.issue({client.identity, std::string(opening->origin)});
  if (!issued) return issued.status().code();
  return ticket->write(ticket->context, to_bytes(*issued));
}

constexpr slipring_ticket_host table{sizeof(slipring_ticket_host), &issue};

}  // namespace

void add_ticket_extension(plugin::ExtensionSet &extensions) {
  extensions.add(SLIPRING_TICKET, &table);
}

}  // namespace slipring::session
