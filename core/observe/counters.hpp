// Counters: named totals that any thread adds to without waiting for another.
//
// A counter is striped: each thread adds to one of a few cells, each on a cache line of its own, so
// that shards do not share one on the hot path; reading sums the cells. Names follow Prometheus
// ("messages_received_total"); `plugin` is a label, empty for the host's own.
//
// Thread-safety: any thread. A Counter lives as long as its Counters.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace slipring::observe {

class Counter {
 public:
  void add(uint64_t amount = 1) {
    cells_[cell()].value.fetch_add(amount, std::memory_order_relaxed);
  }
  uint64_t total() const;

 private:
  static constexpr size_t cell_count = 8;
  struct alignas(64) Cell {
    std::atomic<uint64_t> value = 0;
  };
  static size_t cell();

  std::array<Cell, cell_count> cells_;
};

class Counters {
 public:
  // The counter of that name and label, made when it is new.
  Counter &counter(std::string_view name, std::string_view plugin = {});

  struct Sample {
    std::string name;
    std::string plugin;
    uint64_t total;
  };
  std::vector<Sample> samples() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, std::unique_ptr<Counter>> counters_;
};

}  // namespace slipring::observe
