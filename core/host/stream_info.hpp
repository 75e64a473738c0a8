// What plugins are told of streams (slipring/ext/streams.h).
//
// Thread-safety: each shard for itself; what is read of a stream may be read on any thread.
#pragma once

#include "bus/streams.hpp"
#include "plugin/host_table.hpp"

namespace slipring::host {

// From now on this thread's shard answers out of `streams`, which outlives it; nullptr: no more.
void set_stream_source(const bus::Streams *streams);

// Adds SLIPRING_STREAMS.
void add_stream_extension(plugin::ExtensionSet &extensions);

}  // namespace slipring::host
