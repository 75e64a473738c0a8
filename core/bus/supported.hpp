// What a stream that is kept in memory cannot do, for whoever publishes.
#pragma once

#include "base/status.hpp"
#include "event/event.hpp"

namespace slipring::bus {

// UNIMPLEMENTED when the event asks to be retained or deduplicated: that must not pass for done.
// Thread-safety: pure function.
Status check_supported(const event::Event &event);

}  // namespace slipring::bus
