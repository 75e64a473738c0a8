// Goodbye: ends the sessions that a generation still has, on all shards, at a pace that leaves the
// loops time to write; each client is told when to come back, one after the other, so that they do
// not come all at once.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <string>

#include "edge/transport_seat.hpp"
#include "session/dismissal.hpp"

namespace slipring::edge {

// Clients a second.
struct GoodbyePace {
  uint64_t told = 10'000;
  uint64_t back = 1'000;
};

// [control] Answers how many were told. `generation`: of an adapter or of a transport.
boost::asio::awaitable<uint64_t> say_goodbye(boost::asio::any_io_executor control,
                                             shard::ShardSet &shards, AllSessions &sessions,
                                             uint64_t generation, session::Dismissal::Which which,
                                             std::string reason, GoodbyePace pace);

}  // namespace slipring::edge
