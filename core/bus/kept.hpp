// What only a stream can do for an event, because it keeps events.
#pragma once

#include "base/status.hpp"
#include "bus/streams.hpp"
#include "event/event.hpp"

namespace slipring::bus {

// FAILED_PRECONDITION: an event to an ephemeral topic that is to be retained, deduplicated, or
// taken on a condition.
Status check_kept(const Streams &streams, const event::Event &event);

}  // namespace slipring::bus
