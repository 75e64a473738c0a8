#include <algorithm>

#include "base/topic.hpp"
#include "observe/log.hpp"
#include "stream/keys.hpp"
#include "stream/log_parts.hpp"
#include "stream/reading.hpp"
#include "stream/record_walk.hpp"
#include "stream/topic_index.hpp"
#include "stream/topic_lookup.hpp"

namespace slipring::stream {

Result<uint64_t> Log::find_last(uint32_t stream, std::span<const std::string> filters,
                                uint64_t count, uint64_t through) const {
  const auto view = parts_->table->view(stream);
  if (!view) return no_such_stream(stream);
  through = std::min(through, view->last);
  return TopicLookup(*parts_->database, stream, *view).find_last(filters, count, through);
}

Result<Batch> Log::last_per_topic(uint32_t stream, std::span<const std::string> filters,
                                  uint64_t through) const {
  const auto view = parts_->table->view(stream);
  if (!view) return no_such_stream(stream);
  through = std::min(through, view->last);
  return TopicLookup(*parts_->database, stream, *view).last_per_topic(filters, through);
}

Result<uint64_t> Log::last_of_topic(uint32_t stream, std::string_view topic) const {
  const auto view = parts_->table->view(stream);
  if (!view) return no_such_stream(stream);
  const std::string filter(topic);
  const Batch batch =
      TopicLookup(*parts_->database, stream, *view).last_per_topic({&filter, 1}, view->last);
  return batch.events.empty() ? 0 : batch.events.front()->record().sequence();
}

// By halves: sequences and times ascend together.
Result<uint64_t> Log::find_time(uint32_t stream, int64_t recorded_ns) const {
  const auto view = parts_->table->view(stream);
  if (!view) return no_such_stream(stream);
  RecordWalk walk(*parts_->database, stream, view->last, false);
  uint64_t low = view->first;
  uint64_t high = view->last + 1;
  while (low < high) {
    const uint64_t middle = low + (high - low) / 2;
    walk.seek(middle);
    uint64_t found = view->last + 1;
    int64_t time = recorded_ns;
    if (walk.valid()) {
      Record::Items items(walk.record());
      while (const auto item = items.next()) {
        found = item->header.sequence();
        time = item->header.recorded_ns();
        if (found >= middle) break;
      }
    }
    if (time >= recorded_ns) {
      high = middle;
    } else {
      low = std::max(found, middle) + 1;
    }
  }
  // What stands there may be missing: the next one that is not.
  walk.seek(low);
  if (low > view->last || !walk.valid()) return view->last + 1;
  return std::max(low, walk.record().first());
}

Result<std::vector<event::EventRef>> Log::retained(uint32_t stream,
                                                   std::span<const std::string> filters) const {
  if (!parts_->table->view(stream)) return no_such_stream(stream);
  std::map<std::string, event::EventRef> found;
  const auto iterator = parts_->database->iterate(Family::retained, false);
  const auto collect = [&](std::string_view prefix) {
    const std::string begin = retained_key(stream, prefix);
    for (iterator->Seek(begin); iterator->Valid() && iterator->key().starts_with(begin);
         iterator->Next()) {
      const std::string_view topic = view(iterator->key()).substr(stream_size);
      if (!matches_any(filters, topic)) continue;
      const auto record = Record::decode(view(iterator->key()), view(iterator->value()));
      if (!record) {
        observe::warn("log_retained_damaged", {{"stream", stream}});
        continue;
      }
      found.insert_or_assign(std::string(topic), restore(*Record::Items(*record).next()));
    }
    return iterator->status();
  };
  if (filters.empty()) {
    if (const auto status = collect(""); !status.ok()) return to_status("Retained events", status);
  }
  for (const std::string &filter : filters) {
    const auto status = collect(literal_prefix(filter));
    if (!status.ok()) return to_status("Reading retained events", status);
  }
  std::vector<event::EventRef> events;
  events.reserve(found.size());
  for (auto &[topic, event] : found) events.push_back(std::move(event));
  return events;
}

}  // namespace slipring::stream
