#include "bus/streams.hpp"

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

#include "base/topic.hpp"
#include "bus/levels.hpp"
#include "event/cursor.hpp"

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

bool any_covers(const std::vector<std::string> &wide, std::string_view narrow) {
  return std::ranges::any_of(wide, [&](const std::string &each) { return covers(each, narrow); });
}

bool any_intersects(const std::vector<std::string> &filters, std::string_view filter) {
  return std::ranges::any_of(
      filters, [&](const std::string &each) { return filters_intersect(each, filter); });
}

}  // namespace

Streams::Streams(uint32_t shards, std::vector<std::string> ephemeral, Histories streams)
    : shards_(shards), streams_(std::move(streams)), ephemeral_(std::move(ephemeral)) {}

stream::History *Streams::find(uint32_t number) const {
  const auto found = std::ranges::find_if(
      streams_, [&](const auto &stream) { return stream->number() == number; });
  return found == streams_.end() ? nullptr : found->get();
}

stream::History *Streams::find(std::string_view name) const {
  const auto found =
      std::ranges::find_if(streams_, [&](const auto &stream) { return stream->name() == name; });
  return found == streams_.end() ? nullptr : found->get();
}

Destination Streams::destination(std::string_view topic, uint64_t topic_hash) const {
  for (const std::string &filter : ephemeral_) {
    if (filter_matches(filter, topic)) return {static_cast<uint32_t>(topic_hash % shards_), 0};
  }
  for (const auto &stream : streams_) {
    for (const std::string &filter : stream->settings().filters) {
      if (filter_matches(filter, topic)) return {shards_, stream->number()};
    }
  }
  return {shards_, streams_.back()->number()};
}

std::vector<uint32_t> Streams::homes(std::string_view filter) const {
  std::vector<uint32_t> homes;
  if (reaches_ephemeral(filter)) {
    if (has_wildcard(filter)) {
      homes.resize(shards_);
      std::iota(homes.begin(), homes.end(), 0);
    } else {
      homes.push_back(static_cast<uint32_t>(hash_topic(filter) % shards_));
    }
  }
  if (!reached(filter).empty()) homes.push_back(shards_);
  return homes;
}

std::vector<uint32_t> Streams::reached(std::string_view filter) const {
  // Several filters that only together cover it are not seen: then it counts as reaching a stream
  // from which nothing comes.
  if (any_covers(ephemeral_, filter)) return {};
  std::vector<uint32_t> numbers;
  bool covered = false;
  for (const auto &stream : streams_) {
    if (any_intersects(stream->settings().filters, filter)) numbers.push_back(stream->number());
    covered = any_covers(stream->settings().filters, filter);
    if (covered) break;
  }
  // What begins with "$" no wildcard matches: the last stream has what is left of it.
  const uint32_t last = streams_.back()->number();
  if (filter.starts_with('$') && !covered && std::ranges::find(numbers, last) == numbers.end()) {
    numbers.push_back(last);
  }
  std::ranges::sort(numbers);
  return numbers;
}

bool Streams::reaches_ephemeral(std::string_view filter) const {
  return any_intersects(ephemeral_, filter);
}

Status Streams::check_reach(std::span<const std::string> filters) const {
  std::set<uint32_t> numbers;
  for (const std::string &filter : filters) {
    for (const uint32_t number : reached(filter)) numbers.insert(number);
  }
  if (numbers.size() <= event::max_cursor_positions) return Status::ok();
  return {SLIPRING_RESOURCE_EXHAUSTED, "the filters reach " + std::to_string(numbers.size()) +
                                           " streams, accepted: at most " +
                                           std::to_string(event::max_cursor_positions)};
}

std::vector<Streams::Overlap> Streams::overlaps() const {
  std::vector<Overlap> overlaps;
  for (size_t i = 0; i < streams_.size(); ++i) {
    for (size_t k = i + 1; k < streams_.size(); ++k) {
      for (const std::string &first : streams_[i]->settings().filters) {
        for (const std::string &second : streams_[k]->settings().filters) {
          // What a later, wider stream leaves to an earlier one is how they are meant.
          const bool leaves_it = covers(second, first) && first != second;
          if (!filters_intersect(first, second) || leaves_it) continue;
          overlaps.push_back({streams_[i]->name(), streams_[k]->name(), first, second});
        }
      }
    }
  }
  return overlaps;
}

}  // namespace slipring::bus
