// The adapter sse: events for EventSource (docs/protocols/sse.md).

#include <slipring/cpp/plugin.hpp>

#include "stream.hpp"

SLIPRING_PLUGIN(slipring::sse::Adapter);
