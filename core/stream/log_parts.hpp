// Log::Parts: what the parts of a log share. Each of log_*.cpp has one part:
//
//   log_open    opening: whose it is, which streams it has, what was lost
//   log_recover  what each stream has
//   log_append  one write for all of a group, and what follows an error
//   log_upkeep  once a second: retention, marks, recovery
//   log_read    events by sequence, time, filter
//   log_topics  the index by topic, retained events
//   log_verify  reading everything
#pragma once

#include <rocksdb/write_batch.h>

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "stream/chunks.hpp"
#include "stream/database.hpp"
#include "stream/log.hpp"
#include "stream/marks.hpp"
#include "stream/stream_table.hpp"
#include "stream/topic_tails.hpp"

namespace slipring::stream {

// Deduplication ids that were written together.
struct KnownBatch {
  uint64_t first = 0;
  uint64_t count = 0;
  int64_t steady_ns = 0;
};

// What the writer knows of a stream that was asked for.
struct Upkeep {
  explicit Upkeep(const Settings &settings)
      : settings(settings), chunks(settings.retention), tails(settings.retention.per_topic) {}

  bool per_topic() const { return settings.retention.per_topic != 0; }

  Settings settings;
  bool configured = true;
  Chunks chunks;
  std::vector<Chunk> completed;  // to be written with the next group
  TopicTails tails;
  std::vector<std::optional<TopicTails::Entry>> superseded;  // by each event of this group
  std::deque<KnownBatch> known;
  uint64_t known_ids = 0;
};

inline Status no_such_stream(uint32_t stream) {
  return {SLIPRING_NOT_FOUND, "There is no stream " + std::to_string(stream) + " in the log"};
}

struct Log::Parts {
  Log::Options options;
  std::unique_ptr<Database> database;
  std::shared_ptr<StreamTable> table = std::make_shared<StreamTable>();
  std::vector<Finding> findings;
  std::set<uint32_t> created;  // by this open()

  // The writer's.
  Marks marks;
  std::map<uint32_t, Upkeep> upkeep;
  rocksdb::WriteBatch batch;
  std::string scratch;
  // The first error that was not recovered from, and what must not come back from RocksDB's log.
  Status error;
  std::vector<rocksdb::WriteBatch> failed;
  std::atomic<bool> writable = true;  // for others: no error

  // log_open
  Status open(std::span<const Settings> streams);
  Status check_directory() const;
  Status check_owner();
  Status open_streams(std::span<const Settings> streams);
  Status load_streams();
  Status create(const Settings &settings);
  Status open_marks();
  void find(Finding finding);
  void close();

  // log_recover
  Status recover(TableEntry entry, const Settings *settings, bool deep);
  uint64_t load_chunks(const TableEntry &entry, Upkeep &upkeep);
  uint64_t tail_start(const TableEntry &entry) const;
  bool scan(TableEntry &entry, Upkeep &upkeep, uint64_t from, uint64_t chunks_from);
  bool lose(TableEntry &entry, Range range, const char *what);
  bool stopped_unclean(const TableEntry &entry, const Settings &settings);
  bool events_missing(const TableEntry &entry, const Upkeep &upkeep);
  Status count_per_topic(const TableEntry &entry, Upkeep &upkeep);
  void split(uint32_t stream, uint64_t first, std::span<const event::EventRef> events);
  void load_known(uint32_t stream, Upkeep &upkeep);
  int64_t steady_of(int64_t recorded_ns) const;

  // log_append
  Status check(const Group &group) const;
  void put_group(const Group &group);
  void put_record(uint32_t stream, std::span<const event::EventRef> events);
  void put_topics(const Group &group);
  void put_single(const Group &group, Upkeep &upkeep);
  void delete_single(uint32_t stream, std::string_view topic, uint64_t sequence);
  void put_live(uint32_t stream, const Upkeep &upkeep);
  void put_retained(const Group &group);
  Status commit(bool sync);
  Status fail(Status status);
  void take_back(const Group &group);
  void done(const Group &group);

  // log_upkeep
  Status recover_writing();
  Status save(const StreamMeta &meta, bool sync);
  void expire(uint32_t stream, Upkeep &upkeep);
  Status remove_below(uint32_t stream, uint64_t first);
  uint64_t record_at(uint32_t stream, uint64_t sequence) const;
  Status forget(const StreamState &state);
  void forget_known(uint32_t stream, Upkeep &upkeep);
  void mark(const TableEntry &entry);

  int64_t now_ns() const;
  int64_t steady_ns() const;
};

}  // namespace slipring::stream
