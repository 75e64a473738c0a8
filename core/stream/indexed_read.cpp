#include "stream/indexed_read.hpp"

#include <algorithm>

namespace slipring::stream {
namespace {

constexpr uint64_t none = UINT64_MAX;
// After so many records it is clear how many have one of the topics.
constexpr uint64_t sample = 16;

}  // namespace

IndexedRead::IndexedRead(const Database &database, uint32_t stream, const Query &query,
                         Reading &reading)
    : query_(query),
      reading_(reading),
      index_(database, stream),
      walk_(database, stream, query.through, false) {}

void IndexedRead::run() {
  for (const std::string &topic : query_.filters) entries_.push_back(begin(topic));
  while (!reading_.done() && index_.is_whole()) {
    const uint64_t record = next_record();
    if (record > query_.through) {
      reading_.skip_to(query_.through + 1);
      return;
    }
    take(record);
    if (reading_.done()) return;
    advance(record);
    if (records_ == sample && neighbours_ * 4 > sample * 3) return;
  }
}

// The first entry with an event that was not looked at yet.
std::optional<TopicIndex::Entry> IndexedRead::begin(std::string_view topic) {
  auto entry = index_.before(topic, reading_.at());
  const bool reaches =
      entry && !entry->sequences.empty() && entry->sequences.back() >= reading_.at();
  return reaches ? std::move(entry) : index_.behind(topic, reading_.at() + 1);
}

uint64_t IndexedRead::next_record() const {
  uint64_t record = none;
  for (const auto &entry : entries_) {
    if (entry) record = std::min(record, entry->first);
  }
  return record;
}

uint64_t IndexedRead::last_sequence_in(uint64_t record) const {
  uint64_t last = record;
  for (const auto &entry : entries_) {
    if (!entry || entry->first != record || entry->sequences.empty()) continue;
    last = std::max(last, entry->sequences.back());
  }
  return last;
}

void IndexedRead::advance(uint64_t record) {
  for (size_t i = 0; i < entries_.size(); ++i) {
    if (!entries_[i] || entries_[i]->first != record) continue;
    entries_[i] = index_.behind(query_.filters[i], record + 1);
  }
}

void IndexedRead::take(uint64_t record) {
  ++records_;
  const bool neighbour = walk_.valid() && walk_.record().last() + 1 == record;
  if (neighbour) {
    ++neighbours_;
    walk_.next();
  } else {
    walk_.seek(record);
  }
  reading_.skip_to(record);
  if (walk_.valid() && walk_.record().first() == record) {
    reading_.take(walk_.record());
  } else {
    reading_.missing_until(last_sequence_in(record) + 1, walk_.passed_damage());
  }
}

}  // namespace slipring::stream
