// What was published in a simulation, and what one of its readers made of it.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/topic.hpp"
#include "event/cursor.hpp"

namespace slipring::session::simulation {

struct Published {
  std::string topic;
  uint64_t number = 0;  // who published it counts; that is its payload

  bool operator==(const Published &) const = default;
};

// The events of all streams, from answers, from deliveries, and from their histories.
class Truth {
 public:
  using Sequence = std::map<uint64_t, Published>;

  void add(const event::CursorPosition &at, const Published &published) {
    const auto [entry, is_new] = streams_[at.stream][at.epoch].emplace(at.sequence, published);
    EXPECT_TRUE(is_new || entry->second == published)
        << at.stream << ' ' << at.sequence << " is " << entry->second.number << " and "
        << published.number;
  }
  const Sequence &of(const std::string &stream, uint64_t epoch) { return streams_[stream][epoch]; }
  const std::map<std::string, std::map<uint64_t, Sequence>> &all() const { return streams_; }

  // Each number stands in its stream once.
  void check_numbers() const {
    for (const auto &[stream, epochs] : streams_) {
      for (const auto &[epoch, sequence] : epochs) {
        std::set<uint64_t> numbers;
        for (const auto &[at, published] : sequence) {
          EXPECT_TRUE(numbers.insert(published.number).second)
              << stream << ": " << published.number << " stands there twice";
        }
      }
    }
  }

 private:
  std::map<std::string, std::map<uint64_t, Sequence>> streams_;  // by name and epoch
};

inline event::CursorPosition position_of(std::string_view text) {
  const event::ParsedPosition position = event::parse_position(text).value();
  return {std::string(position.name), position.epoch, position.sequence};
}

struct Gap {
  event::CursorPosition from;
  uint64_t to = 0;
  std::string reason;
};

// One that wants everything behind where it once began, and comes back with its cursor whenever it
// was away: to another shard, another version, a host that was started again. What it had got
// behind its cursor it forgets when it goes: that comes once more.
class Follower {
 public:
  Follower(uint64_t id, std::string filter, std::string start)
      : id(id), filter(std::move(filter)), start_(std::move(start)) {}

  const uint64_t id;
  const std::string filter;

  // Of its subscribe; empty: now.
  const std::string &start() const { return cursor_.empty() ? start_ : cursor_; }

  void begun(const std::string &cursor, const std::optional<Gap> &gap) {
    if (cursor.empty()) return;  // it reaches no stream
    const auto positions = event::parse_cursor(cursor).value();
    for (const event::CursorPosition &at : positions) {
      entries_.push_back({Entry::Kind::begin, at, at.sequence, {}, {}});
    }
    // More gaps may follow: then this place is none to come back to.
    if (gap) {
      missed(*gap);
    } else {
      used(cursor);
    }
  }
  void got(const event::CursorPosition &at, const Published &published) {
    EXPECT_TRUE(filter_matches(filter, published.topic)) << published.topic;
    entries_.push_back({Entry::Kind::event, at, at.sequence, published, {}});
  }
  void missed(const Gap &gap) {
    entries_.push_back({Entry::Kind::gap, gap.from, gap.to, {}, gap.reason});
  }
  // It has used all that it got; with this cursor it would go on behind.
  void used(const std::string &cursor) {
    cursor_ = cursor;
    used_ = entries_.size();
  }
  void went_away() { entries_.resize(used_); }

  // `gaps_in`: the streams that may have lost some to their retention.
  void check(Truth &truth, const std::set<std::string> &gaps_in) const {
    SCOPED_TRACE("follower " + std::to_string(id) + " of " + filter);
    std::map<std::string, std::vector<Segment>> streams;
    for (const Entry &entry : entries_) add(streams[entry.at.stream], entry);
    for (const auto &[stream, segments] : streams) {
      for (size_t i = 0; i < segments.size(); ++i) {
        const bool last = i + 1 == segments.size();
        check(segments[i], truth.of(stream, segments[i].epoch), last, i != 0,
              gaps_in.contains(stream));
      }
    }
  }
  size_t events() const {
    return static_cast<size_t>(std::ranges::count(entries_, Entry::Kind::event, &Entry::kind));
  }
  size_t gaps() const {
    return static_cast<size_t>(std::ranges::count(entries_, Entry::Kind::gap, &Entry::kind));
  }

 private:
  struct Entry {
    enum class Kind { begin, event, gap } kind;
    event::CursorPosition at;
    uint64_t to;
    Published published;
    std::string reason;
  };
  // All in one stream and epoch.
  struct Segment {
    uint64_t epoch;
    uint64_t origin;  // its first event stands behind
    std::vector<Entry> entries;
  };

  static void add(std::vector<Segment> &segments, const Entry &entry) {
    if (segments.empty() || segments.back().epoch != entry.at.epoch) {
      EXPECT_EQ(entry.kind, Entry::Kind::begin) << "an epoch began unannounced";
      segments.push_back({entry.at.epoch, entry.at.sequence, {}});
    } else if (entry.kind != Entry::Kind::begin) {
      segments.back().entries.push_back(entry);
    }
  }

  void check(const Segment &segment, const Truth::Sequence &truth, bool last, bool later,
             bool may_lose) const {
    std::set<uint64_t> got;
    std::vector<std::pair<uint64_t, uint64_t>> lost;
    bool other_history = false;
    uint64_t reached = segment.origin;
    for (const Entry &entry : segment.entries) {
      if (entry.kind == Entry::Kind::gap) {
        other_history |= entry.reason == "of another history";
        EXPECT_TRUE(may_lose || entry.reason == "of another history") << entry.reason;
        lost.emplace_back(entry.at.sequence, entry.to);
        continue;
      }
      EXPECT_GT(entry.at.sequence, reached) << "twice, or out of order";
      reached = std::max(reached, entry.at.sequence);
      got.insert(reached);
      const auto found = truth.find(entry.at.sequence);
      EXPECT_TRUE(found != truth.end() && found->second == entry.published)
          << "nobody published what came as " << entry.at.sequence;
    }
    EXPECT_TRUE(other_history || !later) << "the end of a history was not announced";
    const auto end = last ? truth.end() : truth.upper_bound(reached);
    for (auto at = truth.upper_bound(segment.origin); at != end; ++at) {
      if (!filter_matches(filter, at->second.topic) || got.contains(at->first)) continue;
      const bool announced = std::ranges::any_of(
          lost, [&](const auto &gap) { return gap.first <= at->first && at->first <= gap.second; });
      EXPECT_TRUE(announced) << at->first << ' ' << at->second.topic << " is missing";
    }
  }

  const std::string start_;
  std::string cursor_;
  std::vector<Entry> entries_;
  size_t used_ = 0;
};

}  // namespace slipring::session::simulation
