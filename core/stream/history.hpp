// History: what a stream still has, as everyone reads it: the ring, and behind it the log.
//
// A stream in memory has the ring alone. Sequences of a stream have no holes but those that were
// lost; what a reader does not get is said in each batch.
//
// Thread-safety: reading on any thread; append(), trim() and begin_epoch() are the writer's. What
// may wait for the disk is marked, and belongs on a reader thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.hpp"
#include "stream/batch.hpp"
#include "stream/event_ring.hpp"
#include "stream/log.hpp"
#include "stream/settings.hpp"

namespace slipring::stream {

// Where reading begins.
struct Begin {
  uint64_t next = 1;                      // the first sequence to be read
  std::optional<Lost> lost;               // what was asked for and is not there
  std::vector<event::EventRef> snapshot;  // to be given before; what follows is behind all of it
};

class History {
 public:
  // At most so much is given in a snapshot.
  static constexpr size_t most_snapshot_events = 100'000;
  static constexpr size_t most_snapshot_bytes = size_t{64} << 20;

  // In memory: an epoch of its own, sequences from 1.
  History(Settings settings, uint32_t number, uint64_t epoch);
  // In the log, which outlives it.
  History(Settings settings, const StreamState &state, Log &log);
  History(const History &) = delete;
  History &operator=(const History &) = delete;

  uint32_t number() const { return number_; }
  const std::string &name() const { return settings_.name; }
  const Settings &settings() const { return settings_; }
  bool durable() const { return log_ != nullptr; }

  // Of what is kept; last + 1 when nothing is.
  uint64_t first() const { return first_.load(std::memory_order_acquire); }
  // The last event that readers may see; 0: none yet.
  uint64_t last() const { return last_.load(std::memory_order_acquire); }
  uint64_t epoch() const { return epoch_.load(std::memory_order_acquire); }
  int64_t last_recorded_ns() const { return last_recorded_ns_; }  // the writer's

  // Where to go on behind a position. OUT_OF_RANGE: it is of the future.
  Result<Begin> after(uint64_t epoch, uint64_t sequence) const;
  Begin earliest() const { return {first(), {}, {}}; }

  // From the ring, without waiting; nothing: it does not reach back to where the query begins.
  std::optional<Batch> recent(const Query &query) const;

  // [waits] From the ring or the log.
  Result<Batch> read(const Query &query) const;
  // [waits] The others: `through` is the last sequence they look at, and what they answer goes on
  // behind it at the latest. RESOURCE_EXHAUSTED: the snapshot is too large.
  Result<Begin> last(std::span<const std::string> filters, uint64_t count, uint64_t through) const;
  Result<Begin> at_time(int64_t recorded_ns, uint64_t through) const;
  Result<Begin> last_per_topic(std::span<const std::string> filters, uint64_t through) const;
  Result<Begin> retained(std::span<const std::string> filters, uint64_t through) const;
  // [waits] 0: none.
  Result<uint64_t> last_of_topic(std::string_view topic) const;

  // Events that are as durable as the stream asks: from now on they are seen.
  void append(std::span<const event::EventRef> events);
  void trim(uint64_t first);
  // Of a stream in memory: what its retention of age and number says.
  void expire(int64_t now_ns);
  void begin_epoch(const Epoch &epoch);

  size_t ring_bytes() const { return ring_.bytes(); }
  uint64_t events() const { return last() + 1 - first(); }

 private:
  void keep_retained(const event::EventRef &event);
  template <class Visit>
  void from_the_end(uint64_t through, Visit visit) const;

  const Settings settings_;
  const uint32_t number_;
  Log *const log_ = nullptr;
  EventRing ring_;
  std::atomic<uint64_t> first_{1};
  std::atomic<uint64_t> last_{0};
  std::atomic<uint64_t> epoch_{0};
  int64_t last_recorded_ns_ = 0;

  mutable std::mutex mutex_;  // of what follows
  std::vector<Epoch> epochs_;
  std::map<std::string, event::EventRef, std::less<>> retained_;  // of a stream in memory
};

}  // namespace slipring::stream
