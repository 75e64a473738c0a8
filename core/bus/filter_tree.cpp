#include "bus/filter_tree.hpp"

#include <functional>

#include "bus/levels.hpp"

namespace slipring::bus {

template <class AnyEdge>
size_t FilterTree::EdgeHash::operator()(const AnyEdge &edge) const {
  return std::hash<std::string_view>()(edge.level) + edge.parent * 0x9e3779b97f4a7c15u;
}

FilterTree::FilterTree() : nodes_(1) {}

FilterTree::Id FilterTree::child(Id parent, std::string_view level) const {
  if (level == "+") return nodes_[parent].one;
  if (level == "#") return nodes_[parent].rest;
  const auto found = edges_.find(EdgeView{parent, level});
  return found == edges_.end() ? none : found->second;
}

FilterTree::Id FilterTree::add_child(Id parent, std::string_view level) {
  Id id = static_cast<Id>(nodes_.size());
  if (free_.empty()) {
    nodes_.emplace_back();
  } else {
    id = free_.back();
    free_.pop_back();
  }
  ++nodes_[parent].children;
  if (level == "+") {
    nodes_[parent].one = id;
  } else if (level == "#") {
    nodes_[parent].rest = id;
  } else {
    edges_.emplace(Edge{parent, std::string(level)}, id);
  }
  return id;
}

void FilterTree::remove_child(Id parent, std::string_view level) {
  const Id id = child(parent, level);
  if (level == "+") {
    nodes_[parent].one = none;
  } else if (level == "#") {
    nodes_[parent].rest = none;
  } else {
    edges_.erase(edges_.find(EdgeView{parent, level}));
  }
  --nodes_[parent].children;
  nodes_[id] = {};
  free_.push_back(id);
}

void FilterTree::add(std::string_view filter, Match who) {
  Id at = root;
  for (Levels levels(filter); levels.next();) {
    const Id next = child(at, levels.level());
    at = next == none ? add_child(at, levels.level()) : next;
  }
  nodes_[at].matches.add(who);
}

void FilterTree::remove(std::string_view filter, Match who) {
  path_.clear();
  Id at = root;
  for (Levels levels(filter); levels.next();) {
    path_.push_back({at, levels.level()});
    at = child(at, levels.level());
    if (at == none) return;
  }
  nodes_[at].matches.remove(who);
  // Nodes that lead to nobody any more go, from the last level to the first.
  while (at != root && nodes_[at].children == 0 && nodes_[at].matches.empty()) {
    const Step &step = path_.back();
    remove_child(step.parent, step.level);
    at = step.parent;
    path_.pop_back();
  }
  if (empty()) *this = FilterTree();  // gives its memory back
}

void FilterTree::collect(std::string_view topic, std::vector<Match> &to) {
  const auto everyone_at = [&](Id id) {
    if (id != none) nodes_[id].matches.append_to(to);
  };
  // Wildcards do not match a first level that begins with "$" (MQTT 5, 4.7.2).
  bool wildcards = !topic.starts_with('$');
  reached_.assign(1, root);
  for (Levels levels(topic); levels.next() && !reached_.empty(); wildcards = true) {
    next_.clear();
    for (const Id id : reached_) {
      if (wildcards) everyone_at(nodes_[id].rest);
      if (wildcards && nodes_[id].one != none) next_.push_back(nodes_[id].one);
      const auto found = edges_.find(EdgeView{id, levels.level()});
      if (found != edges_.end()) next_.push_back(found->second);
    }
    reached_.swap(next_);
  }
  // "#" matches no level too.
  for (const Id id : reached_) {
    everyone_at(id);
    everyone_at(nodes_[id].rest);
  }
}

}  // namespace slipring::bus
