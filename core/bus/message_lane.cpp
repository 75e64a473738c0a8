#include "bus/message_lane.hpp"

#include <memory>
#include <utility>

namespace slipring::bus {

MessageLane::MessageLane(const NetworkLimits &limits, bool between_shards)
    : limits_(limits),
      between_shards_(between_shards),
      ring_(limits.events + limits.requests, between_shards) {}

MessageLane::~MessageLane() {
  for (Message message; ring_.pop({&message, 1}) == 1;) {
    if (message.kind == Message::Kind::event) event::EventRef::adopt(message.event);
    if (message.kind == Message::Kind::missed) delete message.missed;
  }
}

bool MessageLane::fits(size_t bytes) const {
  const uint64_t under_way = pushed_ - seen_taken_;
  const uint64_t bytes_under_way = pushed_bytes_ - seen_taken_bytes_;
  return under_way < limits_.events &&
         (bytes_under_way + bytes <= limits_.event_bytes || bytes_under_way == 0);
}

void MessageLane::see_taken(uint64_t taken) {
  seen_taken_ = taken >> 1;
  seen_taken_bytes_ = taken_bytes_.load(std::memory_order_acquire);
}

bool MessageLane::has_room(size_t bytes) {
  if (fits(bytes)) return true;
  see_taken(taken_.load(std::memory_order_acquire));
  return fits(bytes);
}

void MessageLane::push(event::EventRef event) {
  ++pushed_;
  pushed_bytes_ += event->size();
  Message message;
  message.kind = Message::Kind::event;
  message.event = event.detach();
  ring_.push(message);
}

void MessageLane::push(const Missed &missed) {
  ++pushed_;
  Message message;
  message.kind = Message::Kind::missed;
  message.missed = std::make_unique<Missed>(missed).release();
  ring_.push(message);
}

void MessageLane::answer(Request &request) {
  Message message;
  message.kind = Message::Kind::answer;
  message.answer = &request;
  ring_.push(message);
}

bool MessageLane::wait_for_room() {
  if (!between_shards_) return has_room(0);
  see_taken(taken_.fetch_or(waits, std::memory_order_acq_rel));
  return fits(0);
}

bool MessageLane::release(size_t count, size_t bytes) {
  if (count == 0) return false;
  taken_bytes_.store(taken_bytes_.load(std::memory_order_relaxed) + bytes,
                     std::memory_order_release);
  if (!between_shards_) {
    taken_.store(taken_.load(std::memory_order_relaxed) + (count << 1), std::memory_order_relaxed);
    return false;
  }
  const uint64_t before = taken_.fetch_add(count << 1, std::memory_order_acq_rel);
  if ((before & waits) == 0) return false;
  taken_.fetch_and(~waits, std::memory_order_acq_rel);
  return true;
}

}  // namespace slipring::bus
