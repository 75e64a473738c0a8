#include "session/overflow.hpp"

#include <algorithm>
#include <functional>

namespace slipring::session {

namespace {

// Two keys with the same hash only mean that an event gives way that need not have.
uint64_t key_hash(const event::Event &event) {
  return std::hash<std::string_view>()(event.key());
}

bool may_drop(const OutboundQueue::Entry &entry, uint32_t policy) {
  return entry.content == OutboundQueue::Content::message && entry.drop == policy;
}

}  // namespace

template <class Wanted>
std::optional<size_t> Overflow::search(const OutboundQueue &queue, uint64_t &from, Wanted wanted) {
  from = std::max(from, queue.first_number());
  const uint64_t end = queue.first_number() + queue.places();
  for (; from < end; ++from) {
    const auto index = static_cast<size_t>(from - queue.first_number());
    if (wanted(queue.at(index))) return index;
  }
  return std::nullopt;
}

std::optional<size_t> Overflow::victim(const OutboundQueue &queue, uint32_t policy,
                                       const event::Event &incoming) {
  switch (policy) {
    case SLIPRING_DROP_OLDEST:
      return oldest(queue, policy);
    case SLIPRING_DROP_LATEST_PER_KEY: {
      const auto same = of_same_key(queue, incoming);
      return same ? same : oldest(queue, policy);
    }
    case SLIPRING_DROP_BY_PRIORITY:
      return of_lower_priority(queue, incoming.priority());
    default:
      return std::nullopt;
  }
}

std::optional<size_t> Overflow::oldest(const OutboundQueue &queue, uint32_t policy) {
  return search(queue, oldest_from_[policy],
                [&](const auto &entry) { return may_drop(entry, policy); });
}

std::optional<size_t> Overflow::of_lower_priority(const OutboundQueue &queue, uint8_t priority) {
  for (uint8_t lower = 0; lower < priority; ++lower) {
    const auto found = search(queue, priority_from_[lower], [&](const auto &entry) {
      return may_drop(entry, SLIPRING_DROP_BY_PRIORITY) &&
             entry.rendering->event().priority() == lower;
    });
    if (found) return found;
  }
  return std::nullopt;
}

std::optional<size_t> Overflow::of_same_key(const OutboundQueue &queue,
                                            const event::Event &incoming) {
  if (!keys_indexed_) index_keys(queue);
  const auto found = newest_of_key_.find(key_hash(incoming));
  if (found == newest_of_key_.end()) return std::nullopt;
  const uint64_t number = found->second;
  if (number < queue.first_number()) return std::nullopt;
  const auto index = static_cast<size_t>(number - queue.first_number());
  if (!may_drop(queue.at(index), SLIPRING_DROP_LATEST_PER_KEY)) return std::nullopt;
  return index;
}

void Overflow::index_keys(const OutboundQueue &queue) {
  keys_indexed_ = true;
  newest_of_key_.clear();
  for (size_t i = 0; i < queue.places(); ++i) {
    const OutboundQueue::Entry &entry = queue.at(i);
    if (!may_drop(entry, SLIPRING_DROP_LATEST_PER_KEY)) continue;
    newest_of_key_[key_hash(entry.rendering->event())] = queue.first_number() + i;
  }
}

void Overflow::pushed(const OutboundQueue &queue, uint32_t policy, const event::Event &event) {
  if (policy != SLIPRING_DROP_LATEST_PER_KEY || !keys_indexed_) return;
  newest_of_key_[key_hash(event)] = queue.first_number() + queue.places() - 1;
}

void Overflow::numbers_changed() {
  oldest_from_ = {};
  priority_from_ = {};
  keys_indexed_ = false;
}

}  // namespace slipring::session
