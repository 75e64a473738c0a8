#include "bus/network.hpp"

#include <chrono>
#include <utility>

namespace slipring::bus {

namespace {

int64_t system_time() {
  return std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace

Network::Network(uint32_t shards, Streams streams, NetworkLimits limits,
                 std::function<void(uint32_t)> wake, std::function<int64_t()> now_ns)
    : shards_(shards),
      streams_(std::move(streams)),
      limits_(limits),
      wake_(std::move(wake)),
      now_ns_(now_ns ? std::move(now_ns) : system_time),
      flags_(std::make_unique<Flag[]>(shards)) {
  for (uint32_t from = 0; from < shards; ++from) {
    pools_.emplace_back();
    for (uint32_t to = 0; to < shards; ++to) {
      requests_.emplace_back(limits.requests, from != to);
      messages_.emplace_back(limits, from != to);
    }
  }
}

}  // namespace slipring::bus
