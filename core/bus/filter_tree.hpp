// FilterTree: filters by their levels, and everyone whose filter matches a topic.
//
// A node stands for the levels in front of it; "+" and "#" are nodes of their own. Nodes live in
// one array and find their children through one hash table of (parent, level). So nothing here is
// recursive: a filter of 32,768 levels is legal, and costs memory but no stack.
//
// Thread-safety: none; one shard's.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bus/match_list.hpp"

namespace slipring::bus {

class FilterTree {
 public:
  FilterTree();

  // REQUIRES: a legal filter, which `who` does not have yet.
  void add(std::string_view filter, Match who);
  void remove(std::string_view filter, Match who);

  // Appends everyone with a filter that matches; once for each such filter, in no order.
  void collect(std::string_view topic, std::vector<Match> &to);

  bool empty() const { return nodes_.size() == free_.size() + 1; }

 private:
  using Id = uint32_t;
  static constexpr Id root = 0;
  static constexpr Id none = UINT32_MAX;

  struct Node {
    Id one = none;   // "+"
    Id rest = none;  // "#"
    uint32_t children = 0;
    MatchList matches;
  };
  struct Edge {
    Id parent;
    std::string level;
  };
  struct EdgeView {
    Id parent;
    std::string_view level;
  };
  struct EdgeHash {
    using is_transparent = void;
    template <class AnyEdge>
    size_t operator()(const AnyEdge &edge) const;
  };
  struct EdgeEqual {
    using is_transparent = void;
    template <class Left, class Right>
    bool operator()(const Left &left, const Right &right) const {
      return left.parent == right.parent &&
             std::string_view(left.level) == std::string_view(right.level);
    }
  };

  Id child(Id parent, std::string_view level) const;
  Id add_child(Id parent, std::string_view level);
  void remove_child(Id parent, std::string_view level);

  std::vector<Node> nodes_;
  std::vector<Id> free_;
  boost::unordered_flat_map<Edge, Id, EdgeHash, EdgeEqual> edges_;

  // Kept between calls for their memory.
  struct Step {
    Id parent;
    std::string_view level;
  };
  std::vector<Step> path_;
  std::vector<Id> reached_;
  std::vector<Id> next_;
};

}  // namespace slipring::bus
