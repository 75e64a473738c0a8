#include "bus/port.hpp"

#include <algorithm>
#include <cassert>
#include <set>
#include <string_view>
#include <utility>

#include "bus/shard_bus.hpp"

namespace slipring::bus {

namespace {

// It stands behind where the subscription began.
bool wanted(const Subscription &subscription, const event::Event &event) {
  const schema::RecordHeader &record = event.record();
  const auto begin =
      std::ranges::find(subscription.begins, record.stream(), &event::Position::stream);
  return subscription.told && begin != subscription.begins.end() &&
         record.sequence() > begin->sequence && subscription.wants(event.topic());
}

}  // namespace

Port::Port(ShardBus &bus, Receiver &receiver)
    : bus_(bus),
      receiver_(receiver),
      number_(bus.add(*this)),
      catch_up_(bus.self_, bus.network_, bus, receiver) {}

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

void Port::subscribe(Match who, std::span<const std::string> filters, Start start) {
  assert(!subscriptions_.contains(who));
  const auto subscription = std::make_shared<Subscription>();
  subscription->port = this;
  subscription->who = who;
  subscription->start = std::move(start);
  std::set<std::string_view> seen;
  for (const std::string &filter : filters) {
    if (!seen.insert(filter).second) continue;
    subscription->filters.push_back(filter);
    Use &use = bus_.wants_.acquire(filter);
    subscription->uses.push_back(&use);
    if (use.unanswered == 0) continue;
    use.waiting.push_back(subscription);
    ++subscription->unanswered;
  }
  if (subscription->start.fresh && bus_.is_behind(*subscription)) {
    bus_.wants_.wait_for_stand(subscription);
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

void Port::retire(Match who) {
  const auto found = subscriptions_.find(who);
  if (found == subscriptions_.end()) return;
  retired_.insert_or_assign(who, Retired{found->second, stand(*found->second)});
  unsubscribe(who);
}

void Port::take_back(Subscription &subscription) {
  subscription.port = nullptr;
  catch_up_.forget(subscription);
  for (Use *use : subscription.uses) {
    if (subscription.told) index_.remove(use->filter, subscription.who);
    bus_.wants_.release(*use);
  }
}

void Port::activate(const std::shared_ptr<Subscription> &subscription) {
  subscription->active = true;
  const Origin origin = stand(*subscription);
  subscription->activated = subscription->begins = origin.positions;
  if (subscription->start.kind != Start::Kind::now && !origin.positions.empty()) {
    catch_up_.begin(subscription);
    return;
  }
  enter(*subscription);
  receiver_.subscribed(subscription->who, origin);
}

void Port::enter(Subscription &subscription) {
  subscription.told = true;
  for (const Use *use : subscription.uses) index_.add(use->filter, subscription.who);
}

Origin Port::stand(Match who) const {
  const auto retired = retired_.find(who);
  return retired == retired_.end() ? stand(*subscriptions_.at(who)) : retired->second.stand;
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
  for (const uint32_t stream : streams) {
    const Course *const course = subscription.course(stream);
    const uint64_t sequence = course == nullptr ? bus_.stand_in(stream) : course->next - 1;
    origin.positions.push_back({stream, bus_.network_.streams().find(stream)->epoch(), sequence});
  }
  return origin;
}

void Port::fall_behind(Match who, const event::Event &event) {
  const auto found = subscriptions_.find(who);
  if (found == subscriptions_.end()) return;
  const schema::RecordHeader &record = event.record();
  stream::History &history = *bus_.network_.streams().find(record.stream());
  catch_up_.fall_behind(found->second, history, record.sequence(), true);
}

void Port::resume(Match who) {
  const auto found = subscriptions_.find(who);
  if (found != subscriptions_.end()) catch_up_.resume(found->second);
}

bool Port::has_had(Match who, const event::Event &event, Match than) const {
  const auto later = subscriptions_.find(than);
  if (later == subscriptions_.end()) return false;
  const schema::RecordHeader &record = event.record();
  const auto in_stream = [&](const event::Position &each) {
    return each.stream == record.stream();
  };
  const auto since = std::ranges::find_if(later->second->activated, in_stream);
  if (since == later->second->activated.end() || record.sequence() <= since->sequence) return false;
  const auto earlier = subscriptions_.find(who);
  if (earlier != subscriptions_.end()) {
    const Course *const course = earlier->second->course(record.stream());
    const uint64_t end = course == nullptr ? bus_.stand_in(record.stream()) : course->next - 1;
    return record.sequence() <= end && wanted(*earlier->second, event);
  }
  const auto retired = retired_.find(who);
  if (retired == retired_.end()) return false;
  const auto end = std::ranges::find_if(retired->second.stand.positions, in_stream);
  return end != retired->second.stand.positions.end() && record.sequence() <= end->sequence &&
         wanted(*retired->second.subscription, event);
}

size_t Port::deliver(const event::EventRef &event) {
  std::span<const Match> matches = index_.match(event->topic(), event->topic_hash());
  matches = catch_up_.level(matches, event->record().stream(), event->record().sequence());
  if (!matches.empty()) receiver_.deliver(event, matches, 0);
  return matches.size();
}

// In a stream nothing is lost: whoever was level reads on by itself from there, and whoever reads
// by itself already has more to read.
void Port::miss(const Missed &missed) {
  const auto reached_by = [&](const Use *use) {
    if (missed.stream == 0) return use->ephemeral;
    return std::find(use->streams.begin(), use->streams.end(), missed.stream) != use->streams.end();
  };
  std::vector<Match> matches;
  for (const auto &[who, subscription] : subscriptions_) {
    if (!subscription->told || !std::ranges::any_of(subscription->uses, reached_by)) continue;
    if (missed.stream == 0) {
      matches.push_back(who);
    } else {
      stream::History &history = *bus_.network_.streams().find(missed.stream);
      catch_up_.fall_behind(subscription, history, missed.from, false);
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
