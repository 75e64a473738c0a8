// Samples: states of live sessions, exported without moving them, to be imported in rehearsal.
//
// Exporting is read-only by the ABI (ext/adapter.h), so their sessions notice nothing. Sessions of
// http/1 are left out: what their adapters import depends on how far the host is with the response,
// which a rehearsal does not have.
//
// Thread-safety: control thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "edge/endpoint.hpp"
#include "plugin/generation.hpp"
#include "shard/shard_set.hpp"

namespace slipring::upgrade {

// Of each shard the first `per_shard` sessions that `generation` serves, in state schema `schema`.
// Those that cannot be exported are left out, and so is what is over a megabyte for a shard.
boost::asio::awaitable<std::vector<std::string>> take_samples(shard::ShardSet &shards,
                                                              edge::AllSessions &sessions,
                                                              const plugin::Generation &generation,
                                                              uint32_t schema, uint32_t per_shard);

}  // namespace slipring::upgrade
