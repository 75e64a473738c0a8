// Reading: a subscription of a session, as the host keeps it.
//
// It belongs to the session, not to the adapter's generation: a move changes its format number at
// most. Its serial names it to the bus and in the session's queue and is not used twice.
//
// Thread-safety: its session's shard.
#pragma once

#include <slipring/ext/subscribe.h>

#include <cstdint>
#include <string>
#include <vector>

namespace slipring::session {

// Events that a client does not get and has not been told about. Its place in the queue, or among
// the deliveries, has been taken already: until it is announced there, more of the same extends it.
struct OpenGap {
  uint32_t stream = 0;  // 0: of ephemeral topics
  uint64_t epoch = 0;
  uint64_t from = 0;
  uint64_t to = 0;
  uint64_t count = 0;       // 0: not known
  const char *reason = "";  // static

  // REQUIRES: of the same stream.
  void extend(const OpenGap &more);
};

struct Reading {
  uint64_t id = 0;  // the adapter's
  uint32_t serial = 0;
  uint8_t mode = 0;  // SLIPRING_DELIVER_…
  uint8_t drop = 0;  // SLIPRING_DROP_…
  bool skip_own = false;
  bool active = false;
  slipring_token token = 0;  // of the subscribe that is under way
  uint64_t format = 0;
  std::vector<std::string> filters;
  std::vector<OpenGap> gaps;  // one a stream

  OpenGap *open_gap(uint32_t stream);
};

// One that has ended while others of the same format were behind it: what it has brought they do
// not bring again.
struct EndedReading {
  uint32_t serial = 0;
  uint8_t mode = 0;
  bool skip_own = false;
  uint64_t format = 0;
  size_t filters = 0;
};

// An event that both want is delivered once.
template <class One, class Other>
bool bring_the_same(const One &one, const Other &other) {
  return one.mode == other.mode &&
         (one.mode == SLIPRING_DELIVER_PER_SESSION || one.format == other.format);
}

// All of a session; made when the first is.
class Readings {
 public:
  // The pointers are valid until the next add or remove.
  Reading *find(uint64_t id);
  Reading *find_serial(uint32_t serial);
  Reading &add(uint64_t id);
  void remove(const Reading &reading);

  std::vector<Reading> &all() { return readings_; }
  bool empty() const { return readings_.empty(); }
  std::vector<EndedReading> &ended() { return ended_; }
  // Of both kinds.
  size_t count() const { return readings_.size() + ended_.size(); }
  size_t filters() const;

 private:
  std::vector<Reading> readings_;  // by serial
  std::vector<EndedReading> ended_;
  uint32_t next_serial_ = 1;
};

}  // namespace slipring::session
