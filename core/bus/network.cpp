#include "bus/network.hpp"

#include <chrono>
#include <utility>

namespace slipring::bus {

namespace {

int64_t system_time() {
  return std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace

Network::Network(uint32_t shards, Streams streams, NetworkLimits limits, Calls calls)
    : shards_(shards),
      streams_(std::move(streams)),
      limits_(limits),
      calls_(std::move(calls)),
      flags_(std::make_unique<Flag[]>(homes())),
      inboxes_(std::make_unique<Inbox[]>(shards)) {
  if (!calls_.now_ns) calls_.now_ns = system_time;
  if (!calls_.read) calls_.read = [](const std::function<void()> &work) { work(); };
  for (uint32_t from = 0; from < shards; ++from) {
    pools_.emplace_back();
    for (uint32_t home = 0; home < homes(); ++home) {
      requests_.emplace_back(limits.requests, from != home);
    }
  }
  for (uint32_t home = 0; home < homes(); ++home) {
    for (uint32_t to = 0; to < shards; ++to) messages_.emplace_back(limits, home != to);
  }
}

void Network::read(uint32_t shard, std::function<void()> work, std::function<void()> done) {
  calls_.read([this, shard, work = std::move(work), done = std::move(done)] {
    work();
    Inbox &inbox = inboxes_[shard];
    {
      const std::lock_guard lock(inbox.mutex);
      inbox.done.push_back(done);
    }
    if (!about_to_run(shard).exchange(true, std::memory_order_acq_rel)) wake(shard);
  });
}

std::vector<std::function<void()>> Network::take_done(uint32_t shard) {
  const std::lock_guard lock(inboxes_[shard].mutex);
  return std::exchange(inboxes_[shard].done, {});
}

}  // namespace slipring::bus
