#include "deadlines.hpp"

namespace slipring::web {

Deadlines::Deadlines(const Times &times)
    : times_(times), queues_{DeadlineQueue(times[0]), DeadlineQueue(times[1]),
                             DeadlineQueue(times[2]), DeadlineQueue(times[3]),
                             DeadlineQueue(times[4]), DeadlineQueue(times[5]),
                             DeadlineQueue(times[6]), DeadlineQueue(times[7])} {
  static_assert(static_cast<std::size_t>(Wait::count_) == 8);
}

void Deadlines::set(Deadline &deadline, Wait what) {
  deadline.waits_for_ = what;
  queue(what).push(deadline, now_);
}

void Deadlines::refresh(Deadline &deadline, Wait what) {
  const auto grain = times_[static_cast<std::size_t>(what)] / 16;
  if (deadline.queued_in(queue(what)) && now_ - deadline.queued_at() < grain) return;
  set(deadline, what);
}

void Deadlines::advance() {
  for (DeadlineQueue &queue : queues_) {
    while (auto *entry = queue.pop_due(now_)) {
      auto &late = static_cast<Deadline &>(*entry);
      late.late(late.waits_for_);
    }
  }
}

std::optional<Time> Deadlines::next() const {
  std::optional<Time> soonest;
  for (const DeadlineQueue &queue : queues_) {
    const auto next = queue.next();
    if (next && (!soonest || *next < *soonest)) soonest = next;
  }
  return soonest;
}

}  // namespace slipring::web
