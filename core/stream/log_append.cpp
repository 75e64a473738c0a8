#include <algorithm>

#include "observe/log.hpp"
#include "stream/fields.hpp"
#include "stream/known_batch.hpp"
#include "stream/log_parts.hpp"
#include "stream/meta_keys.hpp"
#include "stream/offsets.hpp"
#include "stream/record.hpp"

namespace slipring::stream {
namespace {

// Events of a group by topic, those of one topic in order.
std::vector<const event::Event *> by_topic(std::span<const event::EventRef> events) {
  std::vector<const event::Event *> sorted;
  sorted.reserve(events.size());
  for (const event::EventRef &event : events) sorted.push_back(event.get());
  std::sort(sorted.begin(), sorted.end(), [](const event::Event *a, const event::Event *b) {
    if (a->topic_hash() != b->topic_hash()) return a->topic_hash() < b->topic_hash();
    if (a->topic() != b->topic()) return a->topic() < b->topic();
    return a->record().sequence() < b->record().sequence();
  });
  return sorted;
}

uint64_t bytes_of(std::span<const event::EventRef> events) {
  uint64_t bytes = 0;
  for (const event::EventRef &event : events) bytes += event->flatbuffer().size();
  return bytes;
}

bool has_payload(const event::Event &event) {
  const auto *payload = event.root().payload();
  return payload != nullptr && payload->size() != 0;
}

}  // namespace

Status Log::append(std::span<const Group> groups, bool sync) {
  Parts &parts = *parts_;
  if (!parts.error.is_ok()) {
    return {parts.error.code(), "The log takes no events until it has recovered from an error: " +
                                    parts.error.message()};
  }
  for (const Group &group : groups) {
    if (Status status = parts.check(group); !status.is_ok()) return status;
  }
  parts.batch.Clear();
  for (const Group &group : groups) parts.put_group(group);
  if (Status status = parts.commit(sync); !status.is_ok()) {
    for (const Group &group : groups) parts.take_back(group);
    return status;
  }
  for (const Group &group : groups) parts.done(group);
  return Status::ok();
}

Status Log::Parts::check(const Group &group) const {
  const auto view = table->view(group.stream);
  if (!view || options.read_only) {
    return {SLIPRING_INTERNAL, "Stream " + std::to_string(group.stream) +
                                   " is not in the log, or the log is open for reading only"};
  }
  uint64_t expected = view->last + 1;
  for (const event::EventRef &event : group.events) {
    const uint64_t sequence = event->record().sequence();
    if (sequence != expected) {
      return {SLIPRING_INTERNAL, "An event with sequence " + std::to_string(sequence) +
                                     " was to be written where " + std::to_string(expected) +
                                     " is the next"};
    }
    ++expected;
  }
  return Status::ok();
}

void Log::Parts::put_group(const Group &group) {
  if (group.events.empty()) return;
  Upkeep &up = upkeep.at(group.stream);
  if (up.per_topic()) {
    put_single(group, up);
  } else {
    put_record(group.stream, group.events);
    put_topics(group);
  }
  put_retained(group);
  if (!group.deduplication.empty()) {
    batch.Put(database->family(Family::deduplication),
              record_key(group.stream, group.events.front()->record().sequence()),
              encode_known(group.deduplication));
  }
  for (const Chunk &chunk : up.completed) {
    batch.Put(slice(chunk_key(group.stream, chunk.first)), encode_chunk(chunk));
  }
}

void Log::Parts::put_record(uint32_t stream, std::span<const event::EventRef> events) {
  const std::string key = record_key(stream, events.front()->record().sequence());
  encode_record(stream, key, events, scratch);
  batch.Put(database->family(Family::events), key, scratch);
}

void Log::Parts::put_topics(const Group &group) {
  const uint64_t first = group.events.front()->record().sequence();
  const auto sorted = by_topic(group.events);
  for (auto at = sorted.begin(); at != sorted.end();) {
    const std::string_view topic = (*at)->topic();
    std::string offsets;
    uint64_t before = first;
    for (; at != sorted.end() && (*at)->topic() == topic; ++at) {
      const uint64_t sequence = (*at)->record().sequence();
      put_offset(offsets, static_cast<uint32_t>(sequence - before));
      before = sequence;
    }
    batch.Put(database->family(Family::topics), topic_key(group.stream, topic, first), offsets);
  }
}

// Each event a record of its own; those that it supersedes go.
void Log::Parts::put_single(const Group &group, Upkeep &up) {
  for (const event::EventRef &event : group.events) {
    const uint64_t sequence = event->record().sequence();
    const std::string_view topic = event->topic();
    put_record(group.stream, {&event, 1});
    batch.Put(database->family(Family::topics), topic_key(group.stream, topic, sequence),
              std::string(1, '\0'));
    const auto superseded = up.tails.add(topic, {sequence, event->flatbuffer().size()});
    up.superseded.push_back(superseded);
    if (superseded) delete_single(group.stream, topic, superseded->sequence);
  }
  put_live(group.stream, up);
}

void Log::Parts::put_live(uint32_t stream, const Upkeep &up) {
  std::string value;
  put(value, up.tails.size());
  batch.Put(slice(live_key(stream)), value);
}

void Log::Parts::delete_single(uint32_t stream, std::string_view topic, uint64_t sequence) {
  batch.Delete(database->family(Family::events), record_key(stream, sequence));
  batch.Delete(database->family(Family::topics), topic_key(stream, topic, sequence));
}

void Log::Parts::put_retained(const Group &group) {
  for (const event::EventRef &event : group.events) {
    if (!event->retain()) continue;
    const std::string key = retained_key(group.stream, event->topic());
    if (has_payload(*event)) {
      encode_record(group.stream, key, {&event, 1}, scratch);
      batch.Put(database->family(Family::retained), key, scratch);
    } else {
      batch.Delete(database->family(Family::retained), key);
    }
  }
}

Status Log::Parts::commit(bool sync) {
  Status status = database->write(batch, sync);
  return status.is_ok() ? status : fail(std::move(status));
}

Status Log::Parts::fail(Status status) {
  observe::error("log_write_failed", {{"error", status.message()}});
  failed.push_back(batch);
  error = status;
  writable = false;
  return status;
}

void Log::Parts::take_back(const Group &group) {
  Upkeep &up = upkeep.at(group.stream);
  if (!up.per_topic()) return;
  for (size_t i = group.events.size(); i > 0; --i) {
    up.tails.undo(group.events[i - 1]->topic(), up.superseded.back());
    up.superseded.pop_back();
  }
}

void Log::Parts::done(const Group &group) {
  if (group.events.empty()) return;
  Upkeep &up = upkeep.at(group.stream);
  const schema::RecordHeader &last = group.events.back()->record();
  const uint64_t first = group.events.front()->record().sequence();
  up.completed.clear();
  const bool completed = up.chunks.add({first, last.sequence(), group.events.size(),
                                        bytes_of(group.events), last.recorded_ns(), steady_ns()});
  if (completed) up.completed.push_back(up.chunks.all()[up.chunks.all().size() - 2]);
  for (const auto &superseded : up.superseded) {
    if (superseded) up.chunks.forget(superseded->sequence, superseded->bytes);
  }
  up.superseded.clear();
  if (!group.deduplication.empty()) {
    up.known.push_back({first, group.deduplication.size(), steady_ns()});
    up.known_ids += group.deduplication.size();
  }
  Mark mark;
  table->update(group.stream, [&](TableEntry &entry) {
    entry.last = last.sequence();
    entry.last_recorded_ns = last.recorded_ns();
    entry.events = up.chunks.events();
    entry.bytes = up.chunks.bytes();
    mark = {entry.last, entry.meta.first, entry.meta.epochs.back().id};
  });
  marks.set(group.stream, mark);
}

}  // namespace slipring::stream
