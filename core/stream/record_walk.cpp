#include "stream/record_walk.hpp"

#include <algorithm>

#include "stream/keys.hpp"

namespace slipring::stream {

RecordWalk::RecordWalk(const Database &database, uint32_t stream, uint64_t last, bool long_scan)
    : database_(database),
      stream_(stream),
      last_(last),
      long_scan_(long_scan),
      iterator_(database.iterate(Family::events, long_scan)) {}

void RecordWalk::seek(uint64_t sequence) {
  damage_ = false;
  record_.reset();
  position_ = sequence;
  iterator_->SeekForPrev(record_key(stream_, sequence));
  if (here() && take() && record_->last() >= sequence) return;
  // What stands there and cannot be read may have had it.
  if (!iterator_->status().ok() || (here() && !record_)) damage_ = true;
  record_.reset();
  if (damage_ && find_from_before(sequence)) return;
  iterator_->Seek(record_key(stream_, damage_ ? sequence : sequence + 1));
  if (!iterator_->status().ok()) leap(sequence);
  forward();
}

void RecordWalk::seek_back(uint64_t sequence) {
  damage_ = false;
  record_.reset();
  position_ = sequence;
  iterator_->SeekForPrev(record_key(stream_, sequence));
  backward();
}

void RecordWalk::next() {
  damage_ = false;
  position_ = record_->last() + 1;
  record_.reset();
  iterator_->Next();
  if (!iterator_->status().ok()) leap(position_);
  forward();
}

void RecordWalk::previous() {
  damage_ = false;
  position_ = record_->first();
  record_.reset();
  iterator_->SeekForPrev(record_key(stream_, position_ - 1));
  backward();
}

// Whether the iterator stands at a record of this stream that may be looked at.
bool RecordWalk::here() const {
  if (!iterator_->Valid()) return false;
  const auto key = parse_record_key(view(iterator_->key()));
  return key && key->stream == stream_ && key->first <= last_;
}

bool RecordWalk::take() {
  record_ = Record::decode(view(iterator_->key()), view(iterator_->value()));
  return record_.has_value();
}

void RecordWalk::forward() {
  while (here() && !take()) {
    damage_ = true;
    position_ = parse_record_key(view(iterator_->key()))->first + 1;
    iterator_->Next();
    if (!iterator_->status().ok()) leap(position_);
  }
}

void RecordWalk::backward() {
  while (!here() || !take()) {
    if (iterator_->status().ok() && !here()) return;
    damage_ = true;
    if (!iterator_->status().ok()) {
      if (!leap_back()) return;
      continue;
    }
    position_ = parse_record_key(view(iterator_->key()))->first;
    iterator_->SeekForPrev(record_key(stream_, position_ - 1));
  }
}

// With an iterator that has not failed yet: one that has may go on as if it had reached an end.
bool RecordWalk::try_at(uint64_t sequence) {
  iterator_ = database_.iterate(Family::events, long_scan_);
  iterator_->Seek(record_key(stream_, sequence));
  return iterator_->status().ok();
}

// The record that has `sequence`, by seeking forward alone: that may be possible where backward
// damage is in the way. It begins where seeking forward last does not pass `sequence`; what cannot
// be read on the way may stand before that, or behind it.
bool RecordWalk::find_from_before(uint64_t sequence) {
  for (const bool damage_is_before : {true, false}) {
    uint64_t before = 0;
    for (uint64_t behind = sequence + 1; behind - before > 1;) {
      const uint64_t middle = before + (behind - before) / 2;
      const bool is_before =
          try_at(middle) ? here() && parse_record_key(view(iterator_->key()))->first <= sequence
                         : damage_is_before;
      (is_before ? before : behind) = middle;
    }
    if (try_at(before) && here() && take() && record_->last() >= sequence) return true;
    record_.reset();
  }
  return false;
}

bool RecordWalk::try_back(uint64_t sequence) {
  iterator_ = database_.iterate(Family::events, long_scan_);
  iterator_->SeekForPrev(record_key(stream_, sequence));
  return iterator_->status().ok();
}

// Reading fails at `from`; finds where it works again.
void RecordWalk::leap(uint64_t from) {
  damage_ = true;
  uint64_t fails = from;
  uint64_t step = 1;
  while (fails <= last_ && !try_at(fails + step)) {
    fails += step;
    step *= 2;
  }
  uint64_t works = fails + step;
  while (works - fails > 1) {
    const uint64_t middle = fails + (works - fails) / 2;
    (try_at(middle) ? works : fails) = middle;
  }
  try_at(works);
}

// Reading backward fails at `position_`; finds where it works again, before that. False: nowhere.
bool RecordWalk::leap_back() {
  uint64_t works = 0;
  if (position_ == 0 || !try_back(works)) return false;
  while (position_ - works > 1) {
    const uint64_t middle = works + (position_ - works) / 2;
    (try_back(middle) ? works : position_) = middle;
  }
  position_ = works;
  return try_back(works);
}

}  // namespace slipring::stream
