#include "bus/subscription.hpp"

#include <algorithm>

#include "base/topic.hpp"

namespace slipring::bus {

Course *Subscription::course(uint32_t stream) const {
  const auto found = std::ranges::find_if(
      courses, [&](const auto &course) { return course->history->number() == stream; });
  return found == courses.end() ? nullptr : found->get();
}

bool Subscription::wants(std::string_view topic) const {
  return std::ranges::any_of(
      filters, [&](const std::string &filter) { return filter_matches(filter, topic); });
}

}  // namespace slipring::bus
