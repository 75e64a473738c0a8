#include "stream/chunks.hpp"

#include <algorithm>

#include "stream/checksum.hpp"
#include "stream/fields.hpp"

namespace slipring::stream {
namespace {

constexpr uint64_t parts = 32;
// Also where nothing limits it: what is not in a complete chunk is counted anew at each start.
constexpr uint64_t max_bytes = uint64_t{16} << 20;
constexpr uint64_t max_events = 100'000;

uint64_t part_of(uint64_t limit, uint64_t most) {
  if (limit == 0) return most;
  return std::clamp<uint64_t>(limit / parts, 1, most);
}

}  // namespace

std::string encode_chunk(const Chunk &chunk) {
  std::string value;
  put(value, chunk.first);
  put(value, chunk.last);
  put(value, chunk.events);
  put(value, chunk.bytes);
  put(value, chunk.recorded_ns);
  put(value, checksum(value));
  return value;
}

std::optional<Chunk> decode_chunk(std::string_view value) {
  FieldReader fields(value);
  Chunk chunk;
  chunk.first = fields.get<uint64_t>();
  chunk.last = fields.get<uint64_t>();
  chunk.events = fields.get<uint64_t>();
  chunk.bytes = fields.get<uint64_t>();
  chunk.recorded_ns = fields.get<int64_t>();
  const size_t size = value.size() - fields.left().size();
  const bool whole = fields.get<uint64_t>() == checksum(value.substr(0, size));
  if (!whole || !fields.ok() || !fields.left().empty()) return std::nullopt;
  return chunk;
}

bool Chunks::is_full(const Chunk &chunk, int64_t now) const {
  if (chunk.bytes >= part_of(retention_.bytes, max_bytes)) return true;
  if (chunk.events >= part_of(retention_.events, max_events)) return true;
  const int64_t age = retention_.age.count();
  return age != 0 && now - opened_ns_ > age / static_cast<int64_t>(parts);
}

bool Chunks::add(const Chunk &record) {
  const bool completed = open_ && is_full(chunks_.back(), record.steady_ns);
  if (!open_ || completed) {
    chunks_.push_back({record.first, record.first, 0, 0, 0, 0});
    opened_ns_ = record.steady_ns;
    open_ = true;
  }
  Chunk &chunk = chunks_.back();
  chunk.last = record.last;
  chunk.events += record.events;
  chunk.bytes += record.bytes;
  chunk.recorded_ns = record.recorded_ns;
  chunk.steady_ns = record.steady_ns;
  events_ += record.events;
  bytes_ += record.bytes;
  return completed;
}

void Chunks::restore(const Chunk &chunk) {
  chunks_.push_back(chunk);
  events_ += chunk.events;
  bytes_ += chunk.bytes;
  open_ = false;
}

void Chunks::forget(uint64_t sequence, uint64_t bytes) {
  const auto behind =
      std::upper_bound(chunks_.begin(), chunks_.end(), sequence,
                       [](uint64_t value, const Chunk &chunk) { return value < chunk.first; });
  if (behind == chunks_.begin()) return;
  Chunk &chunk = *std::prev(behind);
  chunk.events -= std::min<uint64_t>(chunk.events, 1);
  chunk.bytes -= std::min(chunk.bytes, bytes);
  events_ -= std::min<uint64_t>(events_, 1);
  bytes_ -= std::min(bytes_, bytes);
}

bool Chunks::may_go(const Chunk &chunk, int64_t now) const {
  const int64_t age = retention_.age.count();
  if (age != 0 && now - chunk.steady_ns > age) return true;
  if (retention_.bytes != 0 && bytes_ - chunk.bytes >= retention_.bytes) return true;
  return retention_.events != 0 && events_ - chunk.events >= retention_.events;
}

void Chunks::remove_front() {
  events_ -= chunks_.front().events;
  bytes_ -= chunks_.front().bytes;
  chunks_.pop_front();
  if (chunks_.empty()) open_ = false;
}

// Of the oldest chunk what is before `first`, by its share.
void Chunks::cut(uint64_t first) {
  Chunk &chunk = chunks_.front();
  if (chunk.first >= first) return;
  const uint64_t all = chunk.last - chunk.first + 1;
  const uint64_t gone = first - chunk.first;
  const uint64_t events = chunk.events * gone / all;
  const uint64_t bytes = static_cast<uint64_t>(
      static_cast<double>(chunk.bytes) * static_cast<double>(gone) / static_cast<double>(all));
  chunk.first = first;
  chunk.events -= events;
  chunk.bytes -= bytes;
  events_ -= events;
  bytes_ -= bytes;
}

uint64_t Chunks::expire(uint64_t first, int64_t now) {
  while (!chunks_.empty()) {
    const Chunk &oldest = chunks_.front();
    if (oldest.last >= first && !may_go(oldest, now)) break;
    first = std::max(first, oldest.last + 1);
    remove_front();
  }
  if (!chunks_.empty()) cut(first);
  return first;
}

}  // namespace slipring::stream
