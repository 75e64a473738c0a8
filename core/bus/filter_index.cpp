#include "bus/filter_index.hpp"

#include <algorithm>
#include <functional>

#include "base/topic.hpp"

namespace slipring::bus {

namespace {
// All is forgotten at once when more is remembered than this.
constexpr size_t most_topics = 4096;
constexpr size_t most_bytes = 4 << 20;
}  // namespace

uint32_t FilterIndex::class_of(std::string_view text) {
  return static_cast<uint32_t>(std::hash<std::string_view>()(text.substr(0, text.find('/'))) %
                               std::tuple_size_v<decltype(versions_)>);
}

void FilterIndex::add(std::string_view filter, Match who) {
  tree_.add(filter, who);
  changed(filter);
}

void FilterIndex::remove(std::string_view filter, Match who) {
  tree_.remove(filter, who);
  changed(filter);
}

void FilterIndex::changed(std::string_view filter) {
  if (!has_wildcard(filter)) {
    const auto found = found_.find(TopicView{filter, hash_topic(filter)});
    if (found != found_.end()) found->second.version = 0;
  } else if (filter.front() == '+' || filter.front() == '#') {
    ++version_of_all_;
  } else {
    ++versions_[class_of(filter)];
  }
}

std::span<const Match> FilterIndex::match(std::string_view topic) {
  return match(topic, hash_topic(topic));
}

std::span<const Match> FilterIndex::match(std::string_view topic, uint64_t hash) {
  if (tree_.empty()) return {};
  const auto remembered = found_.find(TopicView{topic, hash});
  Found &found = remembered != found_.end() ? remembered->second : remember({topic, hash});
  if (found.version != version(found.of_class)) look_up(topic, found);
  return found.matches;
}

FilterIndex::Found &FilterIndex::remember(TopicView topic) {
  if (found_.size() >= most_topics || found_bytes_ >= most_bytes) {
    found_.clear();
    found_bytes_ = 0;
  }
  found_bytes_ += topic.text.size();
  Found &found = found_[Topic{std::string(topic.text), topic.hash}];
  found.of_class = class_of(topic.text);
  return found;
}

void FilterIndex::look_up(std::string_view topic, Found &found) {
  found_bytes_ -= found.matches.capacity() * sizeof(Match);
  found.matches.clear();
  tree_.collect(topic, found.matches);
  std::sort(found.matches.begin(), found.matches.end());
  found.matches.erase(std::unique(found.matches.begin(), found.matches.end()), found.matches.end());
  found_bytes_ += found.matches.capacity() * sizeof(Match);
  found.version = version(found.of_class);
}

}  // namespace slipring::bus
