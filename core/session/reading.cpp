#include "session/reading.hpp"

#include <algorithm>

namespace slipring::session {

void OpenGap::extend(const OpenGap &more) {
  from = std::min(from, more.from);
  to = std::max(to, more.to);
  count = count == 0 || more.count == 0 ? 0 : count + more.count;
}

OpenGap *Reading::open_gap(uint32_t stream) {
  const auto found = std::find_if(gaps.begin(), gaps.end(),
                                  [&](const OpenGap &gap) { return gap.stream == stream; });
  return found == gaps.end() ? nullptr : &*found;
}

Reading *Readings::find(uint64_t id) {
  const auto found = std::find_if(readings_.begin(), readings_.end(),
                                  [&](const Reading &reading) { return reading.id == id; });
  return found == readings_.end() ? nullptr : &*found;
}

Reading *Readings::find_serial(uint32_t serial) {
  const auto found = std::lower_bound(
      readings_.begin(), readings_.end(), serial,
      [](const Reading &reading, uint32_t wanted) { return reading.serial < wanted; });
  return found == readings_.end() || found->serial != serial ? nullptr : &*found;
}

Reading &Readings::add(uint64_t id) {
  Reading &reading = readings_.emplace_back();
  reading.id = id;
  reading.serial = next_serial_++;
  return reading;
}

void Readings::remove(const Reading &reading) {
  readings_.erase(readings_.begin() + (&reading - readings_.data()));
}

size_t Readings::filters() const {
  size_t sum = 0;
  for (const Reading &reading : readings_) sum += reading.filters.size();
  for (const EndedReading &ended : ended_) sum += ended.filters;
  return sum;
}

}  // namespace slipring::session
