#include "edge/transport_seat.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

namespace slipring::edge {

namespace asio = boost::asio;

TransportSeat::TransportSeat(SeatSettings settings, shard::ShardSet &shards, AllSessions &sessions)
    : settings_(std::move(settings)),
      shards_(shards),
      sessions_(sessions),
      on_shards_(shards.size()) {}

bool TransportSeat::has_place_on(const shard::Shard &shard) const {
  return !settings_.shard || *settings_.shard == shard.index();
}

asio::awaitable<Status> TransportSeat::prepare(plugin::Generation &transport) {
  const auto named = [&](const std::string &what) {
    return settings_.whose + ": transport " + transport.title() + ' ' + what;
  };
  if (settings_.needs != nullptr &&
      transport.transport()->get_extension(settings_.needs) == nullptr) {
    co_return Status::invalid(named(settings_.lacks));
  }
  std::mutex mutex;
  Status first_failure;
  std::function<void(shard::Shard &)> create = [&](shard::Shard &shard) {
    if (!has_place_on(shard)) return;
    const uint32_t index = shard.index();
    auto made = std::make_shared<TransportInstance>(transport, shard, *sessions_[index]);
    const Status status = made->create(settings_.settings);
    const std::lock_guard lock(mutex);
    if (status.is_ok()) {
      next_.push_back(made);
      on_shards_[index].next = std::move(made);
    } else if (first_failure.is_ok()) {
      first_failure = Status(status.code(), named(status.message()));
    }
  };
  co_await shards_.run_on_each(std::move(create));
  if (!first_failure.is_ok()) co_await discard();
  co_return first_failure;
}

asio::awaitable<void> TransportSeat::discard() {
  shard::ShardSet::Work work = [this](shard::Shard &shard, std::function<void()> done) {
    Owned next = std::move(on_shards_[shard.index()].next);
    if (next == nullptr) return done();
    end_on(shard, {std::move(next)}, std::move(done));
  };
  co_await shards_.run_on_each(std::move(work));
  next_.clear();
}

asio::awaitable<void> TransportSeat::hand_over() {
  std::function<void(shard::Shard &)> change = [this](shard::Shard &shard) {
    OnShard &mine = on_shards_[shard.index()];
    if (mine.next == nullptr) return;
    Owned before = std::exchange(mine.current, std::move(mine.next));
    if (before == nullptr) return;
    before->give_way();
    mine.old.push_back(std::move(before));
  };
  co_await shards_.run_on_each(std::move(change));
  old_.insert(old_.end(), current_.begin(), current_.end());
  current_ = std::exchange(next_, {});
}

bool TransportSeat::has(uint64_t generation) const {
  const auto is_its = [&](const Owned &one) { return one->transport().id() == generation; };
  return std::ranges::any_of(old_, is_its) || std::ranges::any_of(current_, is_its);
}

bool TransportSeat::is_empty(uint64_t generation) const {
  return std::ranges::all_of(old_, [&](const Owned &one) {
    return one->transport().id() != generation || one->is_empty();
  });
}

bool TransportSeat::is_drained() const {
  const auto drained = [](const Owned &one) { return one->is_empty() || !one->says_when_empty(); };
  return std::ranges::all_of(old_, drained) && std::ranges::all_of(current_, drained);
}

std::vector<TransportSeat::Owned> TransportSeat::of(uint64_t generation, OnShard &mine) const {
  std::vector<Owned> found;
  for (const Owned &one : mine.old) {
    if (generation == 0 || one->transport().id() == generation) found.push_back(one);
  }
  if (generation == 0 && mine.current != nullptr) found.push_back(mine.current);
  return found;
}

asio::awaitable<void> TransportSeat::drain(uint64_t generation) {
  std::function<void(shard::Shard &)> work = [this, generation](shard::Shard &shard) {
    for (const Owned &one : of(generation, on_shards_[shard.index()])) one->drain();
  };
  co_await shards_.run_on_each(std::move(work));
}

asio::awaitable<void> TransportSeat::stop(uint64_t generation) {
  shard::ShardSet::Work work = [this, generation](shard::Shard &shard, std::function<void()> done) {
    end_on(shard, of(generation, on_shards_[shard.index()]), std::move(done));
  };
  co_await shards_.run_on_each(std::move(work));
  const auto concerned = [&](const Owned &one) {
    return generation == 0 || one->transport().id() == generation;
  };
  std::erase_if(old_, concerned);
  if (generation == 0) current_.clear();
}

// One after the other: a library may not like to be ended twice at once.
void TransportSeat::end_on(shard::Shard &shard, std::vector<Owned> leaving,
                           std::function<void()> done) {
  if (leaving.empty()) return done();
  Owned one = std::move(leaving.back());
  leaving.pop_back();
  TransportInstance &ending = *one;
  ending.stop([this, &shard, one = std::move(one), leaving = std::move(leaving),
               done = std::move(done)]() mutable {
    OnShard &mine = on_shards_[shard.index()];
    std::erase(mine.old, one);
    if (on_stopped_) on_stopped_(*one);
    if (mine.current == one) mine.current = nullptr;
    one.reset();
    end_on(shard, std::move(leaving), std::move(done));
  });
}

asio::awaitable<Result<std::string>> TransportSeat::reload() {
  std::mutex mutex;
  Status failure;
  std::string report;
  std::function<void(shard::Shard &)> reload = [&](shard::Shard &shard) {
    const Owned &current = on_shards_[shard.index()].current;
    if (current == nullptr) return;
    const auto line = current->reload();
    const std::lock_guard lock(mutex);
    if (line) {
      report = *line;
    } else if (failure.is_ok()) {
      failure = line.status();
    }
  };
  co_await shards_.run_on_each(std::move(reload));
  if (!failure.is_ok()) co_return failure;
  co_return report;
}

uint64_t TransportSeat::sessions_on(uint32_t shard) const {
  const OnShard &mine = on_shards_[shard];
  uint64_t sessions = mine.current != nullptr ? mine.current->sessions() : 0;
  for (const Owned &one : mine.old) sessions += one->sessions();
  return sessions;
}

}  // namespace slipring::edge
