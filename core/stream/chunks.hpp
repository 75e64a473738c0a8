// Chunks: a stream's records in stretches, each of which is removed as a whole.
//
// A chunk is a small part of what a stream keeps (1/32 of each limit). One that no event has to be
// kept of goes; so a stream keeps what it was told, and up to a chunk more.
//
// Thread-safety: none; the log's writer.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "stream/settings.hpp"

namespace slipring::stream {

struct Chunk {
  uint64_t first = 0;
  uint64_t last = 0;
  uint64_t events = 0;
  uint64_t bytes = 0;
  int64_t recorded_ns = 0;  // of the last event
  int64_t steady_ns = 0;    // when that was; not kept
};

std::string encode_chunk(const Chunk &chunk);
std::optional<Chunk> decode_chunk(std::string_view value);

class Chunks {
 public:
  explicit Chunks(const Retention &retention) : retention_(retention) {}

  // A record. Whether the chunk before was completed by that.
  bool add(const Chunk &record);
  // One that was kept, complete.
  void restore(const Chunk &chunk);

  // One event is no longer there.
  void forget(uint64_t sequence, uint64_t bytes);

  // Removes chunks that need not be kept, or that end before `first`; returns where the stream
  // begins then. `now`: steady.
  uint64_t expire(uint64_t first, int64_t now);

  uint64_t events() const { return events_; }
  uint64_t bytes() const { return bytes_; }
  const std::deque<Chunk> &all() const { return chunks_; }

 private:
  bool is_full(const Chunk &chunk, int64_t now) const;
  bool may_go(const Chunk &chunk, int64_t now) const;
  void remove_front();
  void cut(uint64_t first);

  Retention retention_;
  std::deque<Chunk> chunks_;
  uint64_t events_ = 0;
  uint64_t bytes_ = 0;
  bool open_ = false;  // the last one is still growing
  int64_t opened_ns_ = 0;
};

}  // namespace slipring::stream
