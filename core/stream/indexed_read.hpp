// IndexedRead: a read by exact filters that looks only at the records that have their topics.
//
// It gives up, and leaves the rest to a scan, where the index is damaged, and where most records
// have one of the topics: then a scan is faster.
//
// Thread-safety: none; one read.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "stream/batch.hpp"
#include "stream/reading.hpp"
#include "stream/record_walk.hpp"
#include "stream/topic_index.hpp"

namespace slipring::stream {

class IndexedRead {
 public:
  // REQUIRES: filters without wildcards.
  IndexedRead(const Database &database, uint32_t stream, const Query &query, Reading &reading);

  void run();

 private:
  std::optional<TopicIndex::Entry> begin(std::string_view topic);
  uint64_t next_record() const;
  uint64_t last_sequence_in(uint64_t record) const;
  void advance(uint64_t record);
  void take(uint64_t record);

  const Query &query_;
  Reading &reading_;
  TopicIndex index_;
  RecordWalk walk_;
  std::vector<std::optional<TopicIndex::Entry>> entries_;  // by filter
  uint64_t records_ = 0;
  uint64_t neighbours_ = 0;
};

}  // namespace slipring::stream
