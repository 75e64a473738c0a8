// MessageLane: the FIFO from a home to a shard: events, what was missed, answers.
//
// It has places for `events` events and, apart from them, for the answers to all requests that the
// shard may have under way; so an answer always finds room. The home counts what it pushes, the
// shard what it has taken, and the difference is what is under way.
//
// Waiting for room. A home that found none sets a flag in the shard's count, in one atomic step
// that also shows it the latest count. The shard adds to its count in one atomic step that also
// shows it the flag. Whichever comes second sees the other: either the home sees the room, or the
// shard sees that it must wake the home.
//
// Thread-safety: two ends, as marked; the destructor when both are done.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "bus/limits.hpp"
#include "bus/receiver.hpp"
#include "bus/request.hpp"
#include "bus/ring.hpp"

namespace slipring::bus {

// Whoever takes it out of a lane owns what it points to; a request belongs to its pool.
struct Message {
  enum class Kind : uint8_t { event, missed, answer };
  Kind kind = Kind::event;
  union {
    event::Event *event = nullptr;  // with one count
    Missed *missed;
    Request *answer;
  };
};

class MessageLane {
 public:
  MessageLane(const NetworkLimits &limits, bool between_shards);
  ~MessageLane();
  MessageLane(const MessageLane &) = delete;
  MessageLane &operator=(const MessageLane &) = delete;

  // The home's end.

  // For an event of that size, or, with 0, for what was missed. However large, one event alone has
  // room.
  bool has_room(size_t bytes);
  // REQUIRES: has_room()
  void push(event::EventRef event);
  void push(const Missed &missed);
  // REQUIRES: no more requests under way than the limit.
  void answer(Request &request);
  // Whether there is room for what was missed by now; if not, release() will say that it is waited
  // for.
  bool wait_for_room();

  // The shard's end.

  size_t pop(std::span<Message> to) { return ring_.pop(to); }
  bool empty() const { return ring_.empty(); }
  // Says that so much of what was popped (answers do not count) is done with; true: the home waits
  // to hear of it.
  bool release(size_t count, size_t bytes);

 private:
  static constexpr uint64_t waits = 1;  // the flag; the count stands above it

  bool fits(size_t bytes) const;
  void see_taken(uint64_t taken);

  const NetworkLimits limits_;
  const bool between_shards_;
  Ring<Message> ring_;
  // The home's.
  alignas(64) uint64_t pushed_ = 0;
  uint64_t pushed_bytes_ = 0;
  uint64_t seen_taken_ = 0;
  uint64_t seen_taken_bytes_ = 0;
  // Written by the shard, but for the flag.
  alignas(64) std::atomic<uint64_t> taken_ = 0;
  std::atomic<uint64_t> taken_bytes_ = 0;
};

}  // namespace slipring::bus
