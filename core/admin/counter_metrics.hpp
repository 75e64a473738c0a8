// The host's counters and those of plugins as metrics.
//
// A counter of the host, "messages_sent_total", is slipring_messages_sent_total. One of a plugin,
// "requests_total" of web, is slipring_plugin_requests_total{plugin="web"}: what plugins count is
// named by them and cannot collide with what the host counts.
#pragma once

#include <prometheus/metric_family.h>

#include <vector>

#include "observe/counters.hpp"

namespace slipring::admin {

// A counter whose name is not [a-z][a-z0-9_]* is left out.
void add_counters(const std::vector<observe::Counters::Sample> &counters,
                  std::vector<prometheus::MetricFamily> &to);

}  // namespace slipring::admin
