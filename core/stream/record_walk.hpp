// RecordWalk: goes through a stream's records in order, past what cannot be read.
//
// Where a block of a table file is damaged RocksDB cannot say what stood in it. The walk then looks
// for the next sequence from which reading works again: in steps that double, then by halves. Of
// tables that have not been merged yet, damage of one can hide others, until they are.
//
// Thread-safety: none; sees what the log had when the walk was made, and perhaps what came later.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "stream/database.hpp"
#include "stream/record.hpp"

namespace slipring::stream {

class RecordWalk {
 public:
  // Nothing is looked for behind `last`, which is at most this when it is not known.
  static constexpr uint64_t any = UINT64_MAX / 4;
  RecordWalk(const Database &database, uint32_t stream, uint64_t last, bool long_scan);

  // To the record that has `sequence`, or the next one that can be read.
  void seek(uint64_t sequence);
  // To the last record that can be read and begins at `sequence` or before.
  void seek_back(uint64_t sequence);
  void next();
  // To the last record that can be read before the one it is at.
  void previous();

  bool valid() const { return record_.has_value(); }
  const Record &record() const { return *record_; }
  std::string_view key() const { return view(iterator_->key()); }
  // Whether the last move passed something unreadable.
  bool passed_damage() const { return damage_; }

 private:
  bool here() const;
  bool take();
  void forward();
  void backward();
  void leap(uint64_t from);
  bool try_at(uint64_t sequence);
  bool find_from_before(uint64_t sequence);
  bool leap_back();
  bool try_back(uint64_t sequence);

  const Database &database_;
  const uint32_t stream_;
  const uint64_t last_;
  const bool long_scan_;
  uint64_t position_ = 0;  // all before it was passed
  std::unique_ptr<rocksdb::Iterator> iterator_;
  std::optional<Record> record_;
  bool damage_ = false;
};

}  // namespace slipring::stream
