#include "deadline_queue.hpp"

namespace slipring::websocket {

void DeadlineQueue::Entry::leave() {
  if (queue_ == nullptr) return;
  (before_ != nullptr ? before_->behind_ : queue_->first_) = behind_;
  (behind_ != nullptr ? behind_->before_ : queue_->last_) = before_;
  before_ = behind_ = nullptr;
  queue_ = nullptr;
}

DeadlineQueue::~DeadlineQueue() {
  while (pop() != nullptr) {
  }
}

void DeadlineQueue::push(Entry &entry, Time now) {
  entry.since_ = now;
  if (entry.queue_ == this && last_ == &entry) return;
  entry.leave();
  entry.queue_ = this;
  entry.before_ = last_;
  (last_ != nullptr ? last_->behind_ : first_) = &entry;
  last_ = &entry;
}

DeadlineQueue::Entry *DeadlineQueue::pop_due(Time now) {
  return first_ != nullptr && first_->since_ + delay_ <= now ? pop() : nullptr;
}

DeadlineQueue::Entry *DeadlineQueue::pop() {
  Entry *entry = first_;
  if (entry != nullptr) entry->leave();
  return entry;
}

std::optional<Time> DeadlineQueue::next() const {
  if (first_ == nullptr) return std::nullopt;
  return first_->since_ + delay_;
}

}  // namespace slipring::websocket
