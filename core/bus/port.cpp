#include "bus/port.hpp"

#include <algorithm>
#include <cassert>
#include <set>
#include <string_view>
#include <utility>

#include "bus/shard_bus.hpp"

namespace slipring::bus {

Port::Port(ShardBus &bus, Receiver &receiver)
    : bus_(bus), receiver_(receiver), number_(bus.add(*this)) {}

Port::~Port() {
  for (const auto &[who, subscription] : subscriptions_) take_back(*subscription);
  bus_.remove(*this);
}

Port::Answer Port::publish(std::span<event::EventRef> events, uint64_t token) {
  const std::optional<uint32_t> full = bus_.publish(number_, events, token);
  if (!full) return Answer::taken;
  if (std::find(full_homes_.begin(), full_homes_.end(), *full) == full_homes_.end()) {
    full_homes_.push_back(*full);
  }
  return Answer::full;
}

void Port::subscribe(Match who, std::span<const std::string> filters) {
  assert(!subscriptions_.contains(who));
  const auto subscription = std::make_shared<Subscription>();
  subscription->port = this;
  subscription->who = who;
  std::set<std::string_view> seen;
  for (const std::string &filter : filters) {
    if (!seen.insert(filter).second) continue;
    Use &use = bus_.wants_.acquire(filter);
    subscription->uses.push_back(&use);
    if (use.unanswered == 0) continue;
    use.waiting.push_back(subscription);
    ++subscription->unanswered;
  }
  if (subscription->unanswered == 0) bus_.answered_.push_back(subscription);
  subscriptions_.emplace(who, subscription);
}

void Port::unsubscribe(Match who) {
  const auto found = subscriptions_.find(who);
  if (found == subscriptions_.end()) return;
  take_back(*found->second);
  subscriptions_.erase(found);
}

void Port::take_back(Subscription &subscription) {
  subscription.port = nullptr;
  for (Use *use : subscription.uses) {
    if (subscription.active) index_.remove(use->filter, subscription.who);
    bus_.wants_.release(*use);
  }
}

void Port::activate(Subscription &subscription) {
  subscription.active = true;
  for (const Use *use : subscription.uses) index_.add(use->filter, subscription.who);
  receiver_.subscribed(subscription.who, stand(subscription));
}

Origin Port::stand(Match who) const {
  return stand(*subscriptions_.at(who));
}

Origin Port::stand(const Subscription &subscription) const {
  Origin origin;
  std::vector<uint32_t> streams;
  for (const Use *use : subscription.uses) {
    streams.insert(streams.end(), use->streams.begin(), use->streams.end());
    origin.ephemeral |= use->ephemeral;
  }
  std::sort(streams.begin(), streams.end());
  streams.erase(std::unique(streams.begin(), streams.end()), streams.end());
  for (const uint32_t stream : streams) origin.positions.push_back(bus_.stand_of(stream));
  return origin;
}

size_t Port::deliver(const event::EventRef &event) {
  const std::span<const Match> matches = index_.match(event->topic(), event->topic_hash());
  if (!matches.empty()) receiver_.deliver(event, matches);
  return matches.size();
}

void Port::miss(const Missed &missed) {
  const auto reached_by = [&](const Use *use) {
    if (missed.stream == 0) return use->ephemeral;
    return std::find(use->streams.begin(), use->streams.end(), missed.stream) != use->streams.end();
  };
  std::vector<Match> matches;
  for (const auto &[who, subscription] : subscriptions_) {
    if (subscription->active &&
        std::any_of(subscription->uses.begin(), subscription->uses.end(), reached_by)) {
      matches.push_back(who);
    }
  }
  if (!matches.empty()) receiver_.missed(missed, matches);
}

void Port::look_for_room() {
  const bool room = std::any_of(full_homes_.begin(), full_homes_.end(),
                                [&](uint32_t home) { return bus_.homes_.has_room(home); });
  if (!room) return;
  full_homes_.clear();
  receiver_.room();
}

}  // namespace slipring::bus
