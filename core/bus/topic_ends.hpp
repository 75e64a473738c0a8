// TopicEnds: the last sequence of the topics on which somebody has an expectation.
//
// A topic is looked up in the history when it is first asked for, and kept up to date from then on;
// where nobody has expectations it costs nothing. Bounded: when it is full it forgets all.
//
// Thread-safety: none; the stream's writer's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/topic.hpp"

namespace slipring::bus {

class TopicEnds {
 public:
  bool empty() const { return ends_.empty(); }
  // The topic's last sequence, if it is kept up to date.
  uint64_t *find(std::string_view topic) {
    const auto found = ends_.find(topic);
    return found == ends_.end() ? nullptr : &found->second;
  }
  void add(std::string_view topic, uint64_t sequence) {
    if (ends_.size() >= most) ends_.clear();
    ends_.emplace(topic, sequence);
  }
  void clear() { ends_.clear(); }

 private:
  static constexpr size_t most = 100'000;
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view topic) const { return hash_topic(topic); }
  };
  std::unordered_map<std::string, uint64_t, Hash, std::equal_to<>> ends_;
};

}  // namespace slipring::bus
