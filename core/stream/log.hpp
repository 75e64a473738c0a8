// Log: the durable part of all streams, on RocksDB.
//
// One record holds what one stream got in one commit group, keyed by (stream, first sequence), with
// a checksum of its own that covers key and content. Where a count per topic is kept there is one
// record per event. An index says, per topic and group, which sequences the topic has there: it
// serves the last of a topic, the last N, and reading by exact filters. Retained events, ids for
// deduplication, and what is known of each stream stand in column families of their own; all of a
// group is one write.
//
// Damage. Every record is checked when it is read; a hole between records is seen. Beside the log
// stands a file with each stream's high-water mark, mapped, written after each commit and synced
// once a second: what is below it and not in the log when it is opened has been lost. RocksDB is
// told to skip damaged records of its write-ahead log and to go on behind them, because what was
// lost is found out here. After an unclean stop of the machine (another boot, not closed) streams
// below fsync are taken for damaged too. Each loss is logged, remembered, announced to readers as
// Lost, and begins a new epoch: sequences go on behind the mark, so none is used twice.
//
// Thread-safety: reading on any thread; what stands under "the writer's" on one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.hpp"
#include "event/event.hpp"
#include "stream/batch.hpp"
#include "stream/log_values.hpp"
#include "stream/settings.hpp"

namespace rocksdb {
class Env;
}

namespace slipring::stream {

class Log {
 public:
  struct Options {
    std::filesystem::path directory;  // made when it is not there; the log is in it alone
    rocksdb::Env *env = nullptr;      // null: the system's
    std::string machine;              // who the log belongs to; empty: this machine's id
    std::string boot;                 // changes when the machine stops; empty: the system's
    bool adopt = false;               // take over another machine's log
    bool read_only = false;           // nothing is changed, not even repaired
    // Not opened by a host, but to purge something: that the machine stopped is then still found
    // out when the host opens it, which knows how durable its streams are.
    bool maintenance = false;
    // Unix time; the system's when empty. Age is measured by `steady_ns` from there on, so a clock
    // that jumps removes nothing.
    std::function<int64_t()> now_ns;
    std::function<int64_t()> steady_ns;
  };

  // Opens it for these streams (those in memory are left out by the caller). Streams that it has
  // and that are not asked for stay as they are. The error says what was found, what is accepted,
  // and what can be done.
  static Result<std::unique_ptr<Log>> open(Options options, std::span<const Settings> streams);
  ~Log();  // syncs, and marks it as closed in order
  Log(const Log &) = delete;
  Log &operator=(const Log &) = delete;

  // As they are now; all the log has, asked for or not.
  std::vector<StreamState> streams() const;
  std::optional<StreamState> find(std::string_view name) const;
  const std::vector<Finding> &findings() const;  // of opening
  // False: an error of writing has not been recovered from.
  bool is_writable() const;

  // --- The writer's.

  // All or nothing. OK: written, and synced with `sync`. On error nothing of it is in the log for
  // readers; what comes afterwards may use the same sequences. Events with `retain` become (or,
  // with an empty payload, remove) their topic's retained event. RESOURCE_EXHAUSTED: no space.
  // UNAVAILABLE: an earlier error has not been recovered from. DATA_LOSS, INTERNAL: as it says.
  Status append(std::span<const Group> groups, bool sync);

  // Once a second or so: retention, marks, recovery after errors.
  void tick();
  // A loss was found while reading. Returns the epoch that holds from now on: a new one, behind the
  // last event, unless there is one already that tells of all that was found.
  Result<Epoch> begin_epoch(uint32_t stream);
  // Streams for which begin_epoch() is due.
  std::vector<uint32_t> suspects() const;
  // Ids that are still in the window, oldest first.
  std::vector<Known> deduplication(uint32_t stream) const;
  // Removes everything up to `through`.
  Status purge(uint32_t stream, uint64_t through);
  // Removes a stream that is not asked for, with its name.
  Status forget(std::string_view name);

  // --- Any thread's; they block on the disk.

  // Not beyond the last event that has been appended.
  Result<Batch> read(uint32_t stream, const Query &query) const;
  // The first of the last `count` events that match, up to `through`; `through` + 1 when none does.
  Result<uint64_t> find_last(uint32_t stream, std::span<const std::string> filters, uint64_t count,
                             uint64_t through) const;
  // The first event recorded at that time or later; last + 1 when there is none.
  Result<uint64_t> find_time(uint32_t stream, int64_t recorded_ns) const;
  // The last event of each topic that matches, up to `through`, ascending by sequence.
  Result<Batch> last_per_topic(uint32_t stream, std::span<const std::string> filters,
                               uint64_t through) const;
  // Retained events whose topic matches, ascending by topic.
  Result<std::vector<event::EventRef>> retained(uint32_t stream,
                                                std::span<const std::string> filters) const;
  // The sequence of a topic's last event, 0 when there is none.
  Result<uint64_t> last_of_topic(uint32_t stream, std::string_view topic) const;

  // Reads and checks everything; `progress(done, of)` in bytes, answering false stops.
  Result<std::vector<Finding>> verify(std::function<bool(uint64_t, uint64_t)> progress) const;

 private:
  struct Parts;
  explicit Log(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace slipring::stream
