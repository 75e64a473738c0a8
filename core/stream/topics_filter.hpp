// Removes entries of the index by topic whose events are gone, when RocksDB merges files.
//
// Thread-safety: RocksDB's threads; the table has its own lock.
#pragma once

#include <rocksdb/compaction_filter.h>

#include <memory>

#include "stream/stream_table.hpp"

namespace slipring::stream {

std::shared_ptr<rocksdb::CompactionFilterFactory> make_topics_filter(
    std::shared_ptr<const StreamTable> table);

}  // namespace slipring::stream
