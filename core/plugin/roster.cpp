#include "plugin/roster.hpp"

#include <algorithm>
#include <utility>

namespace slipring::plugin {

std::shared_ptr<Roster::Entry> Roster::add(uint64_t generation, std::string plugin,
                                           std::string version, std::string build_id) {
  auto entry = std::make_shared<Entry>(generation, std::move(plugin), std::move(version),
                                       std::move(build_id));
  const std::lock_guard lock(mutex_);
  entries_.push_back(entry);
  return entry;
}

void Roster::remove(const Entry &entry) {
  const std::lock_guard lock(mutex_);
  std::erase_if(entries_, [&](const auto &each) { return each.get() == &entry; });
}

std::shared_ptr<Roster::Entry> Roster::find(uint64_t generation) const {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const auto &each) { return each->generation == generation; });
  return found == entries_.end() ? nullptr : *found;
}

std::vector<std::shared_ptr<Roster::Entry>> Roster::all() const {
  const std::lock_guard lock(mutex_);
  return entries_;
}

}  // namespace slipring::plugin
