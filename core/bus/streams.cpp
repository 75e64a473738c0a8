#include "bus/streams.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/topic.hpp"
#include "bus/levels.hpp"

namespace slipring::bus {

namespace {

// Whether `wide` matches every topic that `narrow` matches.
bool covers(std::string_view wide, std::string_view narrow) {
  if (narrow.starts_with('$') && (wide.front() == '+' || wide.front() == '#')) return false;
  Levels of_narrow(narrow);
  for (Levels of_wide(wide); of_wide.next();) {
    if (of_wide.level() == "#") return true;
    if (!of_narrow.next()) return false;
    if (of_wide.level() == "+" ? of_narrow.level() == "#" : of_wide.level() != of_narrow.level()) {
      return false;
    }
  }
  return !of_narrow.next();
}

}  // namespace

Streams::Streams(uint32_t shards, std::vector<std::string> ephemeral, uint64_t epoch)
    : shards_(shards), ephemeral_(std::move(ephemeral)) {
  StreamInfo everything;
  everything.name = "default";
  everything.filters = {"#"};
  everything.epoch = epoch;
  everything.home = static_cast<uint32_t>(hash_topic(everything.name) % shards);
  streams_.push_back(std::move(everything));
}

const StreamInfo *Streams::find(uint32_t number) const {
  const auto found = std::find_if(streams_.begin(), streams_.end(),
                                  [&](const StreamInfo &info) { return info.number == number; });
  return found == streams_.end() ? nullptr : &*found;
}

Destination Streams::destination(std::string_view topic, uint64_t topic_hash) const {
  for (const std::string &filter : ephemeral_) {
    if (filter_matches(filter, topic)) return {static_cast<uint32_t>(topic_hash % shards_), 0};
  }
  return {streams_.front().home, streams_.front().number};
}

std::vector<uint32_t> Streams::homes(std::string_view filter) const {
  std::vector<uint32_t> homes;
  for (const uint32_t number : reached(filter)) homes.push_back(find(number)->home);
  if (reaches_ephemeral(filter)) {
    if (has_wildcard(filter)) {
      homes.resize(shards_);
      std::iota(homes.begin(), homes.end(), 0);
    } else {
      homes.push_back(static_cast<uint32_t>(hash_topic(filter) % shards_));
    }
  }
  return homes;
}

std::vector<uint32_t> Streams::reached(std::string_view filter) const {
  // Several ephemeral filters that only together cover it are not seen: then it counts as reaching
  // a stream from which nothing comes.
  const bool covered = std::any_of(ephemeral_.begin(), ephemeral_.end(),
                                   [&](const std::string &each) { return covers(each, filter); });
  if (covered) return {};
  return {streams_.front().number};
}

bool Streams::reaches_ephemeral(std::string_view filter) const {
  return std::any_of(ephemeral_.begin(), ephemeral_.end(),
                     [&](const std::string &each) { return filters_intersect(each, filter); });
}

}  // namespace slipring::bus
