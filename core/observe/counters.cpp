#include "observe/counters.hpp"

namespace slipring::observe {

size_t Counter::cell() {
  static std::atomic<size_t> next = 0;
  thread_local const size_t mine = next.fetch_add(1, std::memory_order_relaxed) % cell_count;
  return mine;
}

uint64_t Counter::total() const {
  uint64_t sum = 0;
  for (const Cell &cell : cells_) sum += cell.value.load(std::memory_order_relaxed);
  return sum;
}

Counter &Counters::counter(std::string_view name, std::string_view plugin) {
  const std::lock_guard lock(mutex_);
  auto &slot = counters_[{std::string(name), std::string(plugin)}];
  if (!slot) slot = std::make_unique<Counter>();
  return *slot;
}

std::vector<Counters::Sample> Counters::samples() const {
  const std::lock_guard lock(mutex_);
  std::vector<Sample> samples;
  samples.reserve(counters_.size());
  for (const auto &[key, counter] : counters_) {
    samples.push_back({key.first, key.second, counter->total()});
  }
  return samples;
}

}  // namespace slipring::observe
