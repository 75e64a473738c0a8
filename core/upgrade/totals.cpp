#include "upgrade/totals.hpp"

namespace slipring::upgrade {

void SliceTimes::add(std::chrono::nanoseconds slice) {
  for (size_t i = 0; i < bounds.size(); ++i) {
    if (slice <= bounds[i]) ++within[i];
  }
  ++count;
  sum += slice;
}

void Totals::add(const Report &report) {
  OfPlugin &plugin = plugins_[report.plugin];
  ++plugin.outcomes[report.outcome];
  plugin.moved += report.moved();
  plugin.stayed += report.stayed();
  for (const auto &shard : report.shards) {
    for (const auto slice : shard.slices) slices_.add(slice);
  }
}

void Totals::add_drained(const std::string &plugin, uint64_t left, uint64_t cut) {
  plugins_[plugin].drained += left;
  plugins_[plugin].cut += cut;
}

}  // namespace slipring::upgrade
