#include "stream/stream_table.hpp"

#include <utility>

namespace slipring::stream {

void StreamTable::add(TableEntry entry) {
  const std::lock_guard lock(mutex_);
  const uint32_t number = entry.meta.number;
  entries_.insert_or_assign(number, std::move(entry));
}

void StreamTable::remove(uint32_t number) {
  const std::lock_guard lock(mutex_);
  entries_.erase(number);
}

std::optional<StreamTable::View> StreamTable::view(uint32_t number) const {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(number);
  if (found == entries_.end()) return std::nullopt;
  const TableEntry &entry = found->second;
  View view{entry.meta.first, entry.last, entry.meta.sparse_through, entry.meta.losses};
  for (const Range &range : entry.suspected) add_loss(view.losses, range);
  return view;
}

std::optional<TableEntry> StreamTable::get(uint32_t number) const {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(number);
  if (found == entries_.end()) return std::nullopt;
  return found->second;
}

std::vector<TableEntry> StreamTable::all() const {
  const std::lock_guard lock(mutex_);
  std::vector<TableEntry> all;
  for (const auto &[number, entry] : entries_) all.push_back(entry);
  return all;
}

uint64_t StreamTable::first_of(uint32_t number) const {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(number);
  return found == entries_.end() ? UINT64_MAX : found->second.meta.first;
}

bool StreamTable::suspect(uint32_t number, Range range) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(number);
  if (found == entries_.end()) return false;
  TableEntry &entry = found->second;
  bool added = false;
  for (const Range &unknown : without(range, entry.meta.losses)) {
    for (const Range &fresh : without(unknown, entry.suspected)) {
      add_loss(entry.suspected, fresh);
      added = true;
    }
  }
  return added;
}

void StreamTable::complete() {
  const std::lock_guard lock(mutex_);
  complete_ = true;
}

bool StreamTable::is_complete() const {
  const std::lock_guard lock(mutex_);
  return complete_;
}

StreamState to_state(const TableEntry &entry) {
  return {entry.meta.number,      entry.meta.name, entry.meta.epochs, entry.meta.first, entry.last,
          entry.last_recorded_ns, entry.events,    entry.bytes,       entry.meta.losses};
}

}  // namespace slipring::stream
