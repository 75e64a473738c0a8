#include "stream/event_ring.hpp"

#include <algorithm>

namespace slipring::stream {

namespace {

uint64_t sequence_of(const event::EventRef &event) {
  return event->record().sequence();
}

}  // namespace

void EventRing::append(std::span<const event::EventRef> events) {
  // Freed behind the lock.
  std::vector<event::EventRef> gone;
  const std::lock_guard lock(mutex_);
  for (const event::EventRef &event : events) {
    bytes_ += event->size();
    events_.push_back(event);
  }
  while (bytes_ > most_bytes_ && events_.size() > least_events) take_out_excess(gone);
}

void EventRing::take_out_excess(std::vector<event::EventRef> &gone) {
  bytes_ -= events_.front()->size();
  gone.push_back(std::move(events_.front()));
  events_.pop_front();
}

void EventRing::trim(uint64_t first) {
  std::vector<event::EventRef> gone;
  const std::lock_guard lock(mutex_);
  while (!events_.empty() && sequence_of(events_.front()) < first) take_out_excess(gone);
}

bool EventRing::read(uint64_t from, uint64_t through, size_t most,
                     std::vector<event::EventRef> &to) const {
  const std::lock_guard lock(mutex_);
  if (events_.empty() || sequence_of(events_.front()) > from) return false;
  if (through < from) return true;
  const uint64_t first = sequence_of(events_.front());
  const uint64_t end = std::min<uint64_t>(through + 1 - first, events_.size());
  for (uint64_t i = from - first; i < end && most != 0; ++i, --most) to.push_back(events_[i]);
  return true;
}

uint64_t EventRing::first() const {
  const std::lock_guard lock(mutex_);
  return events_.empty() ? 0 : sequence_of(events_.front());
}

size_t EventRing::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

size_t EventRing::size() const {
  const std::lock_guard lock(mutex_);
  return events_.size();
}

uint64_t EventRing::find_time(int64_t recorded_ns) const {
  const std::lock_guard lock(mutex_);
  const auto found = std::lower_bound(events_.begin(), events_.end(), recorded_ns,
                                      [](const event::EventRef &event, int64_t wanted) {
                                        return event->record().recorded_ns() < wanted;
                                      });
  return found == events_.end() ? 0 : sequence_of(*found);
}

}  // namespace slipring::stream
