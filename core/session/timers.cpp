#include "session/timers.hpp"

#include <algorithm>
#include <limits>

namespace slipring::session {

uint64_t Timers::due_after(uint64_t nanoseconds) {
  const uint64_t now = number_of(Clock::now());
  return now + std::min(nanoseconds, std::numeric_limits<int64_t>::max() - now);
}

std::vector<slipring_token> Timers::take_due(Clock::time_point now, Operations &operations) {
  std::vector<slipring_token> due;
  while (!places_.empty() && places_.top().due <= number_of(now)) {
    const slipring_token token = places_.top().token;
    places_.pop();
    const Operation *const operation = operations.find(token);
    if (operation == nullptr) continue;
    if (operation->number > number_of(now)) {
      add(*operation);
    } else {
      due.push_back(token);
    }
  }
  return due;
}

std::optional<Clock::time_point> Timers::next() const {
  if (places_.empty()) return std::nullopt;
  return Clock::time_point(Clock::duration(places_.top().due));
}

}  // namespace slipring::session
