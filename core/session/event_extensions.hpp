// The tables of completion/1, timer/1, events/1, subscribe/1 and deliver/1: calls of adapters, led
// to the ShardEvents of their thread.
#pragma once

#include "plugin/host_table.hpp"

namespace slipring::session {

void add_event_extensions(plugin::ExtensionSet &extensions);

}  // namespace slipring::session
