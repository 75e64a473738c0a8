// What /metrics says: facts of a host, as families of Prometheus.
//
// Names begin with slipring_, units are base units, labels are names from configuration, manifests
// and numbers of shards and generations: none comes from a client. docs/operators-guide.md lists
// them.
//
// Thread-safety: plain values.
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <optional>
#include <string>
#include <vector>

#include "observe/counters.hpp"
#include "observe/process.hpp"
#include "plugin/counts.hpp"
#include "session/occupancy.hpp"
#include "upgrade/totals.hpp"

namespace slipring::admin {

struct MetricFacts {
  struct Plugin {
    std::string name;
    std::string version;
    std::string build_id;
    std::string kind;
    std::string state;
    uint64_t generation;
    uint64_t sessions;
    plugin::Counts counts{};
  };
  struct Endpoint {
    std::string name;
    std::string transport;
    uint64_t accepted;
    std::optional<uint64_t> sessions;  // nothing: a shard did not say
  };
  struct Link {
    std::string name;
    std::optional<bool> connected;
  };
  struct Stream {
    std::string name;
    uint64_t first;
    uint64_t last;
    uint64_t events;
    uint64_t bytes;
    uint64_t ring_bytes;
  };

  std::string version;
  bool ready = false;
  observe::ProcessFacts process;
  std::vector<observe::Counters::Sample> counters;
  std::vector<std::optional<session::Occupancy>> shards;  // nothing: it did not answer in time
  std::vector<Plugin> plugins;
  std::vector<std::pair<std::string, double>> canaries{};  // plugins, and the share of new sessions
  std::vector<Endpoint> endpoints;
  std::vector<Link> links;
  std::vector<Stream> streams;
  upgrade::Totals upgrades;
};

class HostMetrics final : public prometheus::Collectable {
 public:
  explicit HostMetrics(MetricFacts facts) : facts_(std::move(facts)) {}

  std::vector<prometheus::MetricFamily> Collect() const override;

  // In Prometheus' text format, version 0.0.4.
  std::string text() const;

 private:
  const MetricFacts facts_;
};

}  // namespace slipring::admin
