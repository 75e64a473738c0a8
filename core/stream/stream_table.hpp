// StreamTable: all streams of the log, as they are at this moment.
//
// Thread-safety: everything on any thread; a lock that is held for a few instructions.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "stream/stream_meta.hpp"

namespace slipring::stream {

struct TableEntry {
  StreamMeta meta;
  uint64_t last = 0;
  int64_t last_recorded_ns = 0;
  uint64_t events = 0;
  uint64_t bytes = 0;
  std::vector<Range> suspected;  // found by readers; no epoch tells of them yet
};

class StreamTable {
 public:
  // What a reader has to know.
  struct View {
    uint64_t first = 1;
    uint64_t last = 0;
    uint64_t sparse_through = 0;
    std::vector<Range> losses;  // known and suspected
  };

  void add(TableEntry entry);
  void remove(uint32_t number);

  std::optional<View> view(uint32_t number) const;
  std::optional<TableEntry> get(uint32_t number) const;
  std::vector<TableEntry> all() const;
  uint64_t first_of(uint32_t number) const;  // UINT64_MAX: there is no such stream

  // `change(entry)`; nothing when there is no such stream.
  template <class Change>
  void update(uint32_t number, Change change) {
    const std::lock_guard lock(mutex_);
    if (const auto found = entries_.find(number); found != entries_.end()) change(found->second);
  }

  // A reader found this missing. Whether that was new.
  bool suspect(uint32_t number, Range range);

  // Once all streams are known; before, nothing must be taken for forgotten.
  void complete();
  bool is_complete() const;

 private:
  mutable std::mutex mutex_;
  std::map<uint32_t, TableEntry> entries_;
  bool complete_ = false;
};

StreamState to_state(const TableEntry &entry);

}  // namespace slipring::stream
