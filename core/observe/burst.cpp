#include "observe/burst.hpp"

#include <utility>

namespace slipring::observe {

namespace {
constexpr size_t max_keys = 1000;
}

std::optional<uint64_t> Burst::admit(std::string_view key, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  if (entries_.size() >= max_keys) entries_.clear();
  const auto [found, is_new] = entries_.try_emplace(std::string(key), Entry{now});
  Entry &entry = found->second;
  if (!is_new && now - entry.last < quiet_) {
    ++entry.held_back;
    return std::nullopt;
  }
  entry.last = now;
  return std::exchange(entry.held_back, 0);
}

}  // namespace slipring::observe
