#include "stream/topic_lookup.hpp"

#include <algorithm>
#include <queue>
#include <set>

#include "stream/reading.hpp"

namespace slipring::stream {
namespace {

// With more topics going through everything is no slower.
constexpr size_t many_topics = 1024;

bool before_in_order(const event::EventRef &a, const event::EventRef &b) {
  return a->record().sequence() < b->record().sequence();
}

}  // namespace

TopicLookup::TopicLookup(const Database &database, uint32_t stream, const StreamTable::View &view)
    : database_(database),
      stream_(stream),
      view_(view),
      index_(database, stream),
      walk_(database, stream, view.last, false) {}

// The last entry, of a record that begins at `record` or before, with sequences that are in the
// stream and not beyond `through`; only those.
std::optional<TopicIndex::Entry> TopicLookup::entry_before(std::string_view topic, uint64_t record,
                                                           uint64_t through) {
  auto entry = index_.before(topic, record);
  while (entry) {
    std::erase_if(entry->sequences,
                  [&](uint64_t sequence) { return sequence > through || sequence < view_.first; });
    if (!entry->sequences.empty()) return entry;
    if (entry->first < view_.first || entry->first == 0) return std::nullopt;
    entry = index_.before(topic, entry->first - 1);
  }
  return std::nullopt;
}

event::EventRef TopicLookup::event_at(uint64_t record, uint64_t sequence, std::string_view topic) {
  if (!walk_.valid() || walk_.record().first() != record) walk_.seek(record);
  if (!walk_.valid() || walk_.record().first() != record) return {};
  Record::Items items(walk_.record());
  while (const auto item = items.next()) {
    if (item->header.sequence() == sequence && item->topic == topic) return restore(*item);
  }
  return {};
}

event::EventRef TopicLookup::last(std::string_view topic, uint64_t through,
                                  std::vector<Lost> &lost) {
  auto entry = entry_before(topic, through, through);
  while (entry) {
    const uint64_t sequence = entry->sequences.back();
    if (auto event = event_at(entry->first, sequence, topic)) return event;
    if (walk_.passed_damage()) {
      lost.push_back({sequence, sequence, "damaged"});
    } else if (is_lost(sequence)) {
      lost.push_back({sequence, sequence, "lost"});
    }
    if (entry->first == 0) break;
    entry = entry_before(topic, entry->first - 1, through);
  }
  return {};
}

bool TopicLookup::is_lost(uint64_t sequence) const {
  return without({sequence, sequence}, view_.losses).empty();
}

Batch TopicLookup::last_per_topic(std::span<const std::string> filters, uint64_t through) {
  Batch batch;
  batch.through = through;
  for (const std::string &topic : index_.topics(filters, SIZE_MAX)) {
    if (auto event = last(topic, through, batch.lost)) batch.events.push_back(std::move(event));
  }
  if (!index_.is_whole()) return scan_last_per_topic(filters, through);
  std::sort(batch.events.begin(), batch.events.end(), before_in_order);
  std::sort(batch.lost.begin(), batch.lost.end(),
            [](const Lost &a, const Lost &b) { return a.from < b.from; });
  return batch;
}

Batch TopicLookup::scan_last_per_topic(std::span<const std::string> filters, uint64_t through) {
  Batch batch;
  batch.through = through;
  std::set<std::string, std::less<>> seen;
  RecordWalk walk(database_, stream_, view_.last, true);
  for (walk.seek_back(through); walk.valid() && walk.record().last() >= view_.first;
       walk.previous()) {
    std::vector<Record::Item> found;
    Record::Items items(walk.record());
    while (const auto item = items.next()) found.push_back(*item);
    std::reverse(found.begin(), found.end());
    for (const Record::Item &item : found) {
      const uint64_t sequence = item.header.sequence();
      if (sequence > through || sequence < view_.first || seen.contains(item.topic)) continue;
      if (!matches_any(filters, item.topic)) continue;
      seen.emplace(item.topic);
      batch.events.push_back(restore(item));
    }
  }
  std::reverse(batch.events.begin(), batch.events.end());
  for (const Range &loss : view_.losses) {
    if (loss.from <= through) batch.lost.push_back({loss.from, std::min(loss.to, through), "lost"});
  }
  return batch;
}

uint64_t TopicLookup::find_last(std::span<const std::string> filters, uint64_t count,
                                uint64_t through) {
  if (count == 0) return through + 1;
  if (!filters.empty()) {
    const auto topics = index_.topics(filters, many_topics + 1);
    if (topics.size() <= many_topics) {
      const uint64_t first = merge_last(topics, count, through);
      if (index_.is_whole()) return first;
    }
  }
  return scan_last(filters, count, through);
}

// The topics' entries in descending order of their last sequences.
uint64_t TopicLookup::merge_last(std::span<const std::string> topics, uint64_t count,
                                 uint64_t through) {
  struct Tail {
    std::string_view topic;
    TopicIndex::Entry entry;
    bool operator<(const Tail &other) const {
      return entry.sequences.back() < other.entry.sequences.back();
    }
  };
  std::priority_queue<Tail> tails;
  const auto add = [&](std::string_view topic, uint64_t record) {
    if (auto entry = entry_before(topic, record, through)) tails.push({topic, std::move(*entry)});
  };
  for (const std::string &topic : topics) add(topic, through);
  uint64_t first = through + 1;
  while (!tails.empty() && count > 0) {
    Tail tail = tails.top();
    tails.pop();
    const uint64_t sequence = tail.entry.sequences.back();
    if (!is_lost(sequence)) {
      first = sequence;
      --count;
    }
    tail.entry.sequences.pop_back();
    if (!tail.entry.sequences.empty()) {
      tails.push(std::move(tail));
    } else if (tail.entry.first > 0) {
      add(tail.topic, tail.entry.first - 1);
    }
  }
  return first;
}

uint64_t TopicLookup::scan_last(std::span<const std::string> filters, uint64_t count,
                                uint64_t through) {
  uint64_t first = through + 1;
  RecordWalk walk(database_, stream_, view_.last, true);
  for (walk.seek_back(through); walk.valid() && walk.record().last() >= view_.first;
       walk.previous()) {
    std::vector<uint64_t> found;
    Record::Items items(walk.record());
    while (const auto item = items.next()) {
      const uint64_t sequence = item->header.sequence();
      if (sequence > through || sequence < view_.first) continue;
      if (matches_any(filters, item->topic)) found.push_back(sequence);
    }
    if (found.size() >= count) return found[found.size() - count];
    count -= found.size();
    if (!found.empty()) first = found.front();
  }
  return first;
}

}  // namespace slipring::stream
