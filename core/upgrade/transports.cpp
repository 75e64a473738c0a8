#include "upgrade/transports.hpp"

#include <algorithm>

namespace slipring::upgrade {

namespace asio = boost::asio;

std::vector<edge::TransportSeat *> Transports::seats_of(const std::string &plugin) const {
  std::vector<edge::TransportSeat *> found;
  for (edge::TransportSeat *seat : *seats_) {
    if (seat->settings().transport == plugin) found.push_back(seat);
  }
  return found;
}

asio::awaitable<std::optional<Failure>> Transports::prepare(plugin::Generation &next) {
  if (!seats_) {
    co_return Failure{Stage::loaded, "endpoints", "a host that is still opening them",
                      "one that serves"};
  }
  std::vector<edge::TransportSeat *> prepared;
  std::optional<Failure> failure;
  for (edge::TransportSeat *seat : seats_of(next.manifest().name)) {
    const Status status = co_await seat->prepare(next);
    if (!status.is_ok()) {
      failure = Failure{Stage::loaded, "create", status.message(), "an instance for every shard"};
      break;
    }
    prepared.push_back(seat);
  }
  if (failure) {
    for (edge::TransportSeat *seat : prepared) co_await seat->discard();
  }
  co_return failure;
}

asio::awaitable<void> Transports::hand_over(const std::string &plugin) {
  for (edge::TransportSeat *seat : seats_of(plugin)) co_await seat->hand_over();
}

bool Transports::has(uint64_t generation) const {
  return seats_ && std::ranges::any_of(*seats_, [&](const edge::TransportSeat *seat) {
           return seat->has(generation);
         });
}

bool Transports::is_empty(uint64_t generation) const {
  return std::ranges::all_of(
      *seats_, [&](const edge::TransportSeat *seat) { return seat->is_empty(generation); });
}

asio::awaitable<void> Transports::drain(uint64_t generation) {
  for (edge::TransportSeat *seat : *seats_) co_await seat->drain(generation);
}

asio::awaitable<void> Transports::stop(uint64_t generation) {
  for (edge::TransportSeat *seat : *seats_) co_await seat->stop(generation);
}

asio::awaitable<session::Traffic> Transports::traffic(uint64_t generation) {
  // Each shard writes its own entry; run_on_each orders that before what follows.
  std::vector<session::Traffic> of_shards(shards_.size());
  std::function<void(shard::Shard &)> count = [&](shard::Shard &shard) {
    of_shards[shard.index()] = sessions_[shard.index()]->traffic_of(generation);
  };
  co_await shards_.run_on_each(std::move(count));
  session::Traffic all;
  for (const session::Traffic &of_shard : of_shards) all += of_shard;
  co_return all;
}

}  // namespace slipring::upgrade
