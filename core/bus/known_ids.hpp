// KnownIds: the deduplication ids that a stream has taken lately.
//
// Bounded in time and number; the oldest are forgotten first.
//
// Thread-safety: none; the stream's writer's.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>

#include "stream/log.hpp"

namespace slipring::bus {

class KnownIds {
 public:
  KnownIds(std::chrono::nanoseconds window, size_t most)
      : window_ns_(window.count()), most_(most) {}

  // The sequence of the event that had it.
  std::optional<uint64_t> find(const stream::DeduplicationId &id) const {
    const auto found = sequences_.find(id);
    if (found == sequences_.end()) return std::nullopt;
    return found->second;
  }

  // REQUIRES: not known yet; times ascend.
  void add(const stream::Known &known) {
    sequences_.emplace(known.id, known.sequence);
    in_order_.push_back(known);
  }
  // Takes back what was added last.
  void take_back(size_t count) {
    for (; count != 0 && !in_order_.empty(); --count) {
      sequences_.erase(in_order_.back().id);
      in_order_.pop_back();
    }
  }

  void forget_old(int64_t now_ns) {
    while (!in_order_.empty() &&
           (in_order_.size() > most_ || in_order_.front().recorded_ns < now_ns - window_ns_)) {
      sequences_.erase(in_order_.front().id);
      in_order_.pop_front();
    }
  }

 private:
  struct Hash {
    using is_avalanching = void;
    size_t operator()(const stream::DeduplicationId &id) const { return id.low; }
  };

  const int64_t window_ns_;
  const size_t most_;
  boost::unordered_flat_map<stream::DeduplicationId, uint64_t, Hash> sequences_;
  std::deque<stream::Known> in_order_;
};

}  // namespace slipring::bus
