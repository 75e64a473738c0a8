// slipring.dial/1 on this thread's sessions: for adapters their links, for transports the report of
// those that were not reached.
#pragma once

#include "plugin/host_table.hpp"

namespace slipring::session {

void add_dial_extensions(plugin::ExtensionSet &extensions);

}  // namespace slipring::session
