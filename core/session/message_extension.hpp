// The host's side of slipring.profile.message/1: the C tables, forwarding to the thread's
// ShardSessions.
#pragma once

#include "plugin/host_table.hpp"

namespace slipring::session {

// Adds SLIPRING_PROFILE_MESSAGE (for adapters) and SLIPRING_MESSAGE_SESSIONS (for transports).
void add_message_extensions(plugin::ExtensionSet &extensions);

}  // namespace slipring::session
