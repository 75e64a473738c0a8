#include "stream/topic_index.hpp"

#include <algorithm>

#include "base/topic.hpp"
#include "stream/keys.hpp"
#include "stream/offsets.hpp"

namespace slipring::stream {
namespace {

// Behind all entries of a topic, before the next topic.
std::string behind_topic(uint32_t stream, std::string_view topic) {
  return retained_key(stream, topic) + '\1';
}

}  // namespace

TopicIndex::TopicIndex(const Database &database, uint32_t stream)
    : stream_(stream), iterator_(database.iterate(Family::topics, false)) {}

std::optional<TopicIndex::Entry> TopicIndex::before(std::string_view topic, uint64_t sequence) {
  iterator_->SeekForPrev(topic_key(stream_, topic, sequence));
  return here(topic);
}

std::optional<TopicIndex::Entry> TopicIndex::behind(std::string_view topic, uint64_t sequence) {
  iterator_->Seek(topic_key(stream_, topic, sequence));
  return here(topic);
}

std::optional<TopicIndex::Entry> TopicIndex::here(std::string_view topic) {
  if (!iterator_->Valid()) {
    whole_ = whole_ && iterator_->status().ok();
    return std::nullopt;
  }
  const auto key = parse_topic_key(view(iterator_->key()));
  if (!key || key->stream != stream_ || key->topic != topic) return std::nullopt;
  Entry entry;
  entry.first = key->first;
  for (const uint32_t offset : parse_offsets(view(iterator_->value()))) {
    entry.sequences.push_back(key->first + offset);
  }
  return entry;
}

std::vector<std::string> TopicIndex::topics(std::span<const std::string> filters, size_t most) {
  std::set<std::string> found;
  if (filters.empty())
    collect(
        "", [](std::string_view) { return true; }, most, found);
  for (const std::string &filter : filters) {
    if (found.size() >= most) break;
    if (!has_wildcard(filter)) {
      if (behind(filter, 0)) found.insert(filter);
      continue;
    }
    const auto matches = [&](std::string_view topic) { return filter_matches(filter, topic); };
    collect(literal_prefix(filter), matches, most, found);
  }
  return {found.begin(), found.end()};
}

template <class Matches>
void TopicIndex::collect(std::string_view prefix, Matches matches, size_t most,
                         std::set<std::string> &to) {
  const std::string begin = retained_key(stream_, prefix);
  iterator_->Seek(begin);
  while (iterator_->Valid() && iterator_->key().starts_with(begin) && to.size() < most) {
    const auto key = parse_topic_key(view(iterator_->key()));
    if (!key) break;
    const std::string topic(key->topic);
    if (matches(topic)) to.insert(topic);
    iterator_->Seek(behind_topic(stream_, topic));
  }
  whole_ = whole_ && iterator_->status().ok();
}

std::string_view literal_prefix(std::string_view filter) {
  const size_t wildcard = filter.find_first_of("+#");
  if (wildcard == std::string_view::npos) return filter;
  // "a/#" matches "a" too.
  const bool rest = filter[wildcard] == '#' && wildcard > 0;
  return filter.substr(0, rest ? wildcard - 1 : wildcard);
}

}  // namespace slipring::stream
