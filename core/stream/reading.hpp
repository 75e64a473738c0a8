// Reading: fills a Batch with what one stream has, in order, and says what is missing.
//
// Thread-safety: none; one read.
#pragma once

#include <cstdint>
#include <string_view>

#include "stream/batch.hpp"
#include "stream/record.hpp"
#include "stream/stream_table.hpp"

namespace slipring::stream {

bool matches_any(std::span<const std::string> filters, std::string_view topic);

class Reading {
 public:
  // REQUIRES: `query.through` is not beyond the stream's last event.
  Reading(StreamTable &table, uint32_t stream, const StreamTable::View &view, const Query &query);

  // The next sequence to look at; behind `query.through`: nothing is left.
  uint64_t at() const { return at_; }
  bool done() const { return full_ || at_ > query_.through; }

  // Everything before `sequence` that was not given is missing. `damaged`: something there could
  // not be read.
  void missing_until(uint64_t sequence, bool damaged);
  // The same, where nobody looked at what was not given: only what is known to be lost is.
  void skip_to(uint64_t sequence);
  // The events of a record from at() on.
  void take(const Record &record);

  Batch finish();

 private:
  void take(const Record::Item &item);
  void known_losses(Range range);
  void lost(uint64_t from, uint64_t to, const char *reason);
  void report(Range range, bool damaged);

  StreamTable &table_;
  uint32_t stream_;
  const StreamTable::View &view_;
  const Query &query_;
  Batch batch_;
  uint64_t at_;
  size_t bytes_ = 0;
  bool full_ = false;
};

}  // namespace slipring::stream
