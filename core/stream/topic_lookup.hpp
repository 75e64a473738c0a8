// TopicLookup: the last events of topics, by the index, each looked at in its record.
//
// Thread-safety: none; sees the log as it was when the lookup was made.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stream/batch.hpp"
#include "stream/database.hpp"
#include "stream/record_walk.hpp"
#include "stream/stream_table.hpp"
#include "stream/topic_index.hpp"

namespace slipring::stream {

class TopicLookup {
 public:
  TopicLookup(const Database &database, uint32_t stream, const StreamTable::View &view);

  // The topic's last event up to `through`. Ones that cannot be read are added to `lost`.
  event::EventRef last(std::string_view topic, uint64_t through, std::vector<Lost> &lost);

  // Of each topic that matches the last event up to `through`, ascending.
  Batch last_per_topic(std::span<const std::string> filters, uint64_t through);

  // The first of the last `count` events that match, up to `through`; `through` + 1: none does.
  uint64_t find_last(std::span<const std::string> filters, uint64_t count, uint64_t through);

 private:
  std::optional<TopicIndex::Entry> entry_before(std::string_view topic, uint64_t record,
                                                uint64_t through);
  event::EventRef event_at(uint64_t record, uint64_t sequence, std::string_view topic);
  Batch scan_last_per_topic(std::span<const std::string> filters, uint64_t through);
  uint64_t merge_last(std::span<const std::string> topics, uint64_t count, uint64_t through);
  uint64_t scan_last(std::span<const std::string> filters, uint64_t count, uint64_t through);
  bool is_lost(uint64_t sequence) const;

  const Database &database_;
  uint32_t stream_;
  const StreamTable::View &view_;
  TopicIndex index_;
  RecordWalk walk_;
};

}  // namespace slipring::stream
