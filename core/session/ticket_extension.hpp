// The host's side of slipring.ticket/1: the C table, forwarding to the thread's ShardSessions.
#pragma once

#include "plugin/host_table.hpp"

namespace slipring::session {

// Adds SLIPRING_TICKET.
void add_ticket_extension(plugin::ExtensionSet &extensions);

}  // namespace slipring::session
