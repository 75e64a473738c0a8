// The host's side of slipring.profile.http/1: the C tables, forwarding to the thread's
// ShardSessions.
#pragma once

#include "plugin/host_table.hpp"

namespace slipring::session {

// Adds SLIPRING_PROFILE_HTTP (for adapters) and SLIPRING_HTTP_SESSIONS (for transports).
void add_http_extensions(plugin::ExtensionSet &extensions);

}  // namespace slipring::session
