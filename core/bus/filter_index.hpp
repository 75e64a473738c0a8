// FilterIndex: who wants a topic.
//
// A tree of filters (filter_tree.hpp), and in front of it what was found for the latest topics,
// because the same topics come again and again. Each remembered topic belongs to a class by its
// first level. A filter that comes or goes makes only those be looked up anew that it can match: an
// exact one its topic, one with wildcards the class of its first level, one that begins with a
// wildcard all.
//
// Thread-safety: none; one shard's.
#pragma once

#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bus/filter_tree.hpp"
#include "bus/match_list.hpp"

namespace slipring::bus {

class FilterIndex {
 public:
  // A subscription may have several filters: add each. REQUIRES: a legal filter, which `who` does
  // not have yet.
  void add(std::string_view filter, Match who);
  void remove(std::string_view filter, Match who);

  // Everyone with a filter that matches, sorted, each once. Valid until the next call of match(),
  // whatever is added and removed meanwhile.
  std::span<const Match> match(std::string_view topic);
  // The same, with hash_topic(topic) when it is known.
  std::span<const Match> match(std::string_view topic, uint64_t hash);

  bool empty() const { return tree_.empty(); }

 private:
  struct Topic {
    std::string text;
    uint64_t hash;
  };
  struct TopicView {
    std::string_view text;
    uint64_t hash;
  };
  struct TopicHash {
    using is_transparent = void;
    using is_avalanching = void;
    template <class AnyTopic>
    size_t operator()(const AnyTopic &topic) const {
      return topic.hash;
    }
  };
  struct TopicEqual {
    using is_transparent = void;
    template <class Left, class Right>
    bool operator()(const Left &left, const Right &right) const {
      return left.hash == right.hash && std::string_view(left.text) == std::string_view(right.text);
    }
  };
  struct Found {
    uint64_t version = 0;
    uint32_t of_class = 0;
    std::vector<Match> matches;
  };

  static uint32_t class_of(std::string_view text);
  // Both numbers only grow, so an equal sum says that neither has changed.
  uint64_t version(uint32_t of_class) const { return versions_[of_class] + version_of_all_; }
  void changed(std::string_view filter);
  Found &remember(TopicView topic);
  void look_up(std::string_view topic, Found &found);

  FilterTree tree_;
  boost::unordered_flat_map<Topic, Found, TopicHash, TopicEqual> found_;
  size_t found_bytes_ = 0;
  std::array<uint64_t, 64> versions_{};
  uint64_t version_of_all_ = 1;
};

}  // namespace slipring::bus
