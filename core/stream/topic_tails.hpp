// TopicTails: the last events of each topic, for a stream that keeps a count per topic.
//
// Thread-safety: none; the log's writer.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace slipring::stream {

class TopicTails {
 public:
  struct Entry {
    uint64_t sequence = 0;
    uint64_t bytes = 0;
  };

  explicit TopicTails(uint64_t count) : count_(count) {}

  // Returns the one that this one supersedes.
  std::optional<Entry> add(std::string_view topic, Entry entry) {
    auto found = topics_.find(topic);
    if (found == topics_.end()) found = topics_.emplace(topic, std::deque<Entry>()).first;
    found->second.push_back(entry);
    ++size_;
    if (found->second.size() <= count_) return std::nullopt;
    const Entry superseded = found->second.front();
    found->second.pop_front();
    --size_;
    return superseded;
  }

  // Takes back an add(), the latest first.
  void undo(std::string_view topic, std::optional<Entry> superseded) {
    const auto found = topics_.find(topic);
    found->second.pop_back();
    --size_;
    if (superseded) {
      found->second.push_front(*superseded);
      ++size_;
    }
    if (found->second.empty()) topics_.erase(found);
  }

  // Forgets events before `first`.
  void remove_below(uint64_t first) {
    for (auto topic = topics_.begin(); topic != topics_.end();) {
      auto &entries = topic->second;
      while (!entries.empty() && entries.front().sequence < first) {
        entries.pop_front();
        --size_;
      }
      topic = entries.empty() ? topics_.erase(topic) : std::next(topic);
    }
  }

  uint64_t size() const { return size_; }

 private:
  uint64_t count_;
  uint64_t size_ = 0;
  std::map<std::string, std::deque<Entry>, std::less<>> topics_;
};

}  // namespace slipring::stream
