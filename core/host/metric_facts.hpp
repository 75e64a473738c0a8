// Gathers what /metrics says.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "admin/metrics.hpp"
#include "bus/streams.hpp"
#include "edge/endpoint.hpp"
#include "edge/link.hpp"
#include "observe/counters.hpp"
#include "shard/roll_call.hpp"
#include "shard/shard_set.hpp"
#include "stream/log.hpp"
#include "upgrade/upgrader.hpp"

namespace slipring::host {

// Of a host; all of it outlives who looks at it.
struct HostParts {
  boost::asio::io_context &control;
  shard::ShardSet &shards;
  edge::AllSessions &sessions;
  upgrade::Upgrader &upgrader;
  const std::vector<std::unique_ptr<edge::Endpoint>> &endpoints;
  const std::vector<std::unique_ptr<edge::Link>> &links;
  const bus::Streams &streams;
  const stream::Log *log;  // null: all streams are in memory
  const observe::Counters &counters;
  const std::string &phase;
  const std::string &version;
};

// [control] All but `ready`. Of a shard that does not answer within `at_most` its part is missing.
boost::asio::awaitable<admin::MetricFacts> gather_metrics(const HostParts &parts,
                                                          shard::RollCall &roll_call,
                                                          std::chrono::nanoseconds at_most);

}  // namespace slipring::host
