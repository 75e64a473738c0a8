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

}  // namespace slipring::upgrade
