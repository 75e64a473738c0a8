#include "stream/history.hpp"

#include <algorithm>
#include <set>

#include "base/topic.hpp"

namespace slipring::stream {

namespace {

constexpr size_t scanned_at_once = 1024;

bool matches(std::span<const std::string> filters, std::string_view topic) {
  return filters.empty() || std::ranges::any_of(filters, [&](const std::string &filter) {
           return filter_matches(filter, topic);
         });
}

// What fits of `events`, in order, and up to where that is.
Batch select(const Query &query, std::vector<event::EventRef> &events) {
  Batch batch;
  batch.through = query.from - 1;
  size_t bytes = 0;
  for (event::EventRef &event : events) {
    if (matches(query.filters, event->topic())) {
      bytes += event->size();
      const bool full = batch.events.size() >= query.events || bytes > query.bytes;
      if (full && !batch.events.empty()) break;
      batch.through = event->record().sequence();
      batch.events.push_back(std::move(event));
    } else {
      batch.through = event->record().sequence();
    }
  }
  return batch;
}

Status too_large() {
  return {SLIPRING_RESOURCE_EXHAUSTED,
          "start: more than " + std::to_string(History::most_snapshot_events) + " topics, or " +
              std::to_string(History::most_snapshot_bytes >> 20) +
              " MiB, match: subscribe to fewer at a time"};
}

Status check_size(const std::vector<event::EventRef> &snapshot) {
  size_t bytes = 0;
  for (const event::EventRef &event : snapshot) bytes += event->size();
  const bool fits =
      snapshot.size() <= History::most_snapshot_events && bytes <= History::most_snapshot_bytes;
  return fits ? Status::ok() : too_large();
}

size_t ring_size(const Settings &settings) {
  if (settings.durability != Durability::memory) return settings.ring_bytes;
  return settings.retention.bytes == 0 ? SIZE_MAX : settings.retention.bytes;
}

}  // namespace

History::History(Settings settings, uint32_t number, uint64_t epoch)
    : settings_(std::move(settings)),
      number_(number),
      ring_(ring_size(settings_)),
      epoch_(epoch),
      epochs_{{epoch, 1}} {}

History::History(Settings settings, const StreamState &state, Log &log)
    : settings_(std::move(settings)),
      number_(state.number),
      log_(&log),
      ring_(ring_size(settings_)),
      first_(state.first),
      last_(state.last),
      epoch_(state.epochs.back().id),
      last_recorded_ns_(state.last_recorded_ns),
      epochs_(state.epochs) {}

Result<Begin> History::after(uint64_t epoch, uint64_t sequence) const {
  Begin begin;
  const uint64_t last = this->last();
  const uint64_t first = this->first();
  const std::lock_guard lock(mutex_);
  const auto found =
      std::ranges::find_if(epochs_, [&](const Epoch &each) { return each.id == epoch; });
  if (found == epochs_.end()) {
    begin.next = first;
    begin.lost = Lost{first, first - 1, "of another history"};
    return begin;
  }
  const bool current = std::next(found) == epochs_.end();
  if (current && sequence > std::max(last, found->first - 1)) {
    return Status(SLIPRING_OUT_OF_RANGE, "start: " + settings_.name + " has not come to sequence " +
                                             std::to_string(sequence) + ", its last is " +
                                             std::to_string(last));
  }
  begin.next = (current ? sequence : std::min(sequence, std::next(found)->first - 1)) + 1;
  if (begin.next < first) {
    begin.lost = Lost{begin.next, first - 1, "retention"};
    begin.next = first;
  }
  return begin;
}

std::optional<Batch> History::recent(const Query &query) const {
  std::vector<event::EventRef> events;
  // Without filters every event counts; with filters as many are looked at, but not fewer than a
  // batch is worth.
  const size_t most = std::max(query.events, scanned_at_once);
  if (!ring_.read(query.from, query.through, most, events)) return std::nullopt;
  return select(query, events);
}

Result<Batch> History::read(const Query &query) const {
  if (auto batch = recent(query)) return std::move(*batch);
  if (log_ != nullptr) return log_->read(number_, query);
  // Removed meanwhile.
  Batch batch;
  const uint64_t first = this->first();
  batch.through = std::min(query.through, first - 1);
  if (batch.through >= query.from) batch.lost.push_back({query.from, batch.through, "retention"});
  return batch;
}

// Visits the ring's events backwards until `visit` answers false.
template <class Visit>
void History::from_the_end(uint64_t through, Visit visit) const {
  const uint64_t first = this->first();
  uint64_t end = through + 1;
  std::vector<event::EventRef> events;
  while (end > first) {
    const uint64_t from = end - std::min<uint64_t>(scanned_at_once, end - first);
    events.clear();
    if (!ring_.read(from, end - 1, scanned_at_once, events)) return;
    for (auto event = events.rbegin(); event != events.rend(); ++event) {
      if (!visit(*event)) return;
    }
    end = from;
  }
}

Result<Begin> History::last(std::span<const std::string> filters, uint64_t count,
                            uint64_t through) const {
  if (count == 0) return Begin{through + 1, {}, {}};
  if (log_ != nullptr) {
    const auto found = log_->find_last(number_, filters, count, through);
    if (!found) return found.status();
    return Begin{*found, {}, {}};
  }
  Begin begin{through + 1, {}, {}};
  from_the_end(through, [&](const event::EventRef &event) {
    if (!matches(filters, event->topic())) return true;
    begin.next = event->record().sequence();
    return --count != 0;
  });
  return begin;
}

Result<Begin> History::at_time(int64_t recorded_ns, uint64_t through) const {
  if (log_ != nullptr) {
    const auto found = log_->find_time(number_, recorded_ns);
    if (!found) return found.status();
    return Begin{std::min(*found, through + 1), {}, {}};
  }
  const uint64_t found = ring_.find_time(recorded_ns);
  return Begin{found == 0 ? through + 1 : std::min(found, through + 1), {}, {}};
}

Result<Begin> History::last_per_topic(std::span<const std::string> filters,
                                      uint64_t through) const {
  Begin begin{through + 1, {}, {}};
  if (log_ != nullptr) {
    auto batch = log_->last_per_topic(number_, filters, through);
    if (!batch) return batch.status();
    begin.snapshot = std::move(batch->events);
  } else {
    std::set<std::string, std::less<>> seen;
    from_the_end(through, [&](const event::EventRef &event) {
      if (!matches(filters, event->topic()) || seen.contains(event->topic())) return true;
      seen.emplace(event->topic());
      begin.snapshot.push_back(event);
      return begin.snapshot.size() <= most_snapshot_events;
    });
    std::ranges::reverse(begin.snapshot);
  }
  if (Status status = check_size(begin.snapshot); !status.is_ok()) return status;
  return begin;
}

Result<Begin> History::retained(std::span<const std::string> filters, uint64_t through) const {
  Begin begin{through + 1, {}, {}};
  if (log_ != nullptr) {
    auto events = log_->retained(number_, filters);
    if (!events) return events.status();
    begin.snapshot = std::move(*events);
  } else {
    const std::lock_guard lock(mutex_);
    for (const auto &[topic, event] : retained_) {
      if (matches(filters, topic)) begin.snapshot.push_back(event);
    }
  }
  // Later ones come live.
  std::erase_if(begin.snapshot,
                [&](const event::EventRef &event) { return event->record().sequence() > through; });
  if (Status status = check_size(begin.snapshot); !status.is_ok()) return status;
  return begin;
}

Result<uint64_t> History::last_of_topic(std::string_view topic) const {
  if (log_ != nullptr) return log_->last_of_topic(number_, topic);
  uint64_t sequence = 0;
  from_the_end(last(), [&](const event::EventRef &event) {
    if (event->topic() != topic) return true;
    sequence = event->record().sequence();
    return false;
  });
  return sequence;
}

void History::append(std::span<const event::EventRef> events) {
  if (events.empty()) return;
  ring_.append(events);
  if (log_ == nullptr) {
    for (const event::EventRef &event : events) {
      if (event->retain()) keep_retained(event);
    }
    first_.store(ring_.first(), std::memory_order_release);
  }
  last_recorded_ns_ = events.back()->record().recorded_ns();
  last_.store(events.back()->record().sequence(), std::memory_order_release);
}

// An empty payload takes the retained event away (MQTT 5 §3.3.1.3).
void History::keep_retained(const event::EventRef &event) {
  const auto *const payload = event->root().payload();
  const std::lock_guard lock(mutex_);
  const std::string topic(event->topic());
  if (payload == nullptr || payload->size() == 0) {
    retained_.erase(topic);
  } else {
    retained_[topic] = event;
  }
}

void History::trim(uint64_t first) {
  if (first <= this->first()) return;
  first_.store(first, std::memory_order_release);
  ring_.trim(first);
}

void History::expire(int64_t now_ns) {
  const Retention &keep = settings_.retention;
  uint64_t first = this->first();
  if (keep.events != 0 && events() > keep.events) first = last() + 1 - keep.events;
  if (keep.age.count() != 0) {
    const uint64_t young = ring_.find_time(now_ns - keep.age.count());
    first = std::max(first, young == 0 ? last() + 1 : young);
  }
  trim(first);
}

void History::begin_epoch(const Epoch &epoch) {
  const std::lock_guard lock(mutex_);
  if (epochs_.back().id == epoch.id) return;
  epochs_.push_back(epoch);
  epoch_.store(epoch.id, std::memory_order_release);
}

}  // namespace slipring::stream
