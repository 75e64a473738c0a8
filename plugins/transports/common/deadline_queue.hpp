// Things that are due a fixed time after they were queued: an intrusive list, so that queueing,
// leaving and finding the next one due cost the same for ten connections and ten thousand, and one
// timer serves them all.
//
// Not thread-safe. A queue does not own its entries.
#pragma once

#include <chrono>
#include <optional>

namespace slipring::websocket {

using Clock = std::chrono::steady_clock;
using Time = Clock::time_point;

class DeadlineQueue {
 public:
  // What can be queued derives from Entry. It is in one queue at most and leaves it when destroyed.
  class Entry {
   public:
    Entry() = default;
    ~Entry() { leave(); }
    Entry(const Entry &) = delete;
    Entry &operator=(const Entry &) = delete;

    bool queued_in(const DeadlineQueue &queue) const { return queue_ == &queue; }
    Time queued_at() const { return since_; }
    void leave();

   private:
    friend class DeadlineQueue;
    Entry *before_ = nullptr;
    Entry *behind_ = nullptr;
    DeadlineQueue *queue_ = nullptr;
    Time since_;
  };

  explicit DeadlineQueue(Clock::duration delay) : delay_(delay) {}
  ~DeadlineQueue();
  DeadlineQueue(const DeadlineQueue &) = delete;
  DeadlineQueue &operator=(const DeadlineQueue &) = delete;

  // Queues the entry, which leaves the queue it was in. REQUIRES: `now` never goes back.
  void push(Entry &entry, Time now);

  // Takes out and returns the next entry that is due, or nullptr.
  Entry *pop_due(Time now);
  // Takes out and returns the first entry, due or not, or nullptr.
  Entry *pop();

  std::optional<Time> next() const;
  bool empty() const { return first_ == nullptr; }

 private:
  const Clock::duration delay_;
  Entry *first_ = nullptr;
  Entry *last_ = nullptr;
};

}  // namespace slipring::websocket
