// What a stream has, found out when the log is opened.
#include <algorithm>

#include "stream/fields.hpp"
#include "stream/known_batch.hpp"
#include "stream/log_parts.hpp"
#include "stream/meta_keys.hpp"
#include "stream/offsets.hpp"
#include "stream/record_walk.hpp"

namespace slipring::stream {
namespace {

// Of each stream that much is looked at when the log was not closed: all that may have been only in
// RocksDB's log of writes, and a little more.
constexpr uint64_t tail_bytes = max_unflushed + max_unflushed / 4;

Settings unlimited(const std::string &name) {
  Settings settings;
  settings.name = name;
  settings.retention = {};
  return settings;
}

}  // namespace

Status Log::Parts::recover(TableEntry entry, const Settings *settings, bool deep) {
  StreamMeta &meta = entry.meta;
  const Settings in_use = settings == nullptr ? unlimited(meta.name) : *settings;
  Upkeep &upkeep = this->upkeep.emplace(meta.number, Upkeep(in_use)).first->second;
  upkeep.configured = settings != nullptr;
  const auto mark = marks.get(meta.number);
  if (mark) meta.first = std::max(meta.first, mark->first);
  const bool was_sparse = meta.sparse_through == UINT64_MAX;
  if (upkeep.per_topic()) meta.sparse_through = UINT64_MAX;

  const bool whole = deep || upkeep.per_topic();
  const uint64_t chunks_from = whole ? meta.first : load_chunks(entry, upkeep);
  const auto head = marks.head();
  const bool closed = head && head->closed;
  uint64_t from = chunks_from;
  if (!closed && !whole) from = std::min(from, std::max(meta.first, tail_start(entry)));
  bool lost = scan(entry, upkeep, from, chunks_from);
  if (mark && mark->last > entry.last) {
    const Range range{entry.last + 1, mark->last};
    entry.last = mark->last;
    lost |= lose(entry, range, "the end of the stream is missing");
  }
  lost |= stopped_unclean(entry, in_use);
  if (upkeep.per_topic()) {
    if (was_sparse) lost |= events_missing(entry, upkeep);
    if (Status status = count_per_topic(entry, upkeep); !status.is_ok()) return status;
  } else if (was_sparse && settings != nullptr) {
    meta.sparse_through = entry.last;
  }
  if (lost) add_epoch(meta.epochs, entry.last + 1);
  load_known(meta.number, upkeep);
  entry.events = upkeep.chunks.events();
  entry.bytes = upkeep.chunks.bytes();
  table->add(entry);
  if (options.read_only) return Status::ok();
  this->mark(entry);
  return save(meta, true);
}

int64_t Log::Parts::steady_of(int64_t recorded_ns) const {
  return steady_ns() - std::max<int64_t>(0, now_ns() - recorded_ns);
}

// Returns what is behind the last complete chunk.
uint64_t Log::Parts::load_chunks(const TableEntry &entry, Upkeep &upkeep) {
  uint64_t from = entry.meta.first;
  const std::string prefix = chunks_key(entry.meta.number);
  const auto iterator = database->iterate(Family::meta, false);
  for (iterator->Seek(prefix); iterator->Valid() && iterator->key().starts_with(prefix);
       iterator->Next()) {
    auto chunk = decode_chunk(view(iterator->value()));
    if (!chunk || chunk->last < from) continue;
    chunk->steady_ns = steady_of(chunk->recorded_ns);
    upkeep.chunks.restore(*chunk);
    from = chunk->last + 1;
  }
  return from;
}

uint64_t Log::Parts::tail_start(const TableEntry &entry) const {
  RecordWalk walk(*database, entry.meta.number, RecordWalk::any, false);
  uint64_t bytes = 0;
  uint64_t start = UINT64_MAX;
  for (walk.seek_back(RecordWalk::any); walk.valid() && bytes < tail_bytes; walk.previous()) {
    start = walk.record().first();
    bytes += walk.record().bytes();
  }
  return start;
}

// Goes through the records from `from` on, of which those from `chunks_from` on are in no complete
// chunk; sets what the stream ends with. Whether something is lost.
bool Log::Parts::scan(TableEntry &entry, Upkeep &upkeep, uint64_t from, uint64_t chunks_from) {
  bool lost = false;
  uint64_t expected = from;
  RecordWalk walk(*database, entry.meta.number, RecordWalk::any, true);
  for (walk.seek(from); walk.valid(); walk.next()) {
    const Record &record = walk.record();
    const Range missing{expected, record.first() - 1};
    const bool damaged = walk.passed_damage();
    if (record.first() > expected && (damaged || missing.from > entry.meta.sparse_through)) {
      lost |= lose(entry, missing, damaged ? "records are damaged" : "records are missing");
    }
    expected = record.last() + 1;
    entry.last_recorded_ns = record.recorded_ns();
    if (record.first() >= chunks_from && record.last() >= entry.meta.first) {
      upkeep.chunks.add({record.first(), record.last(), record.count(), record.bytes(),
                         record.recorded_ns(), steady_of(record.recorded_ns())});
    }
  }
  entry.last = std::max({expected - 1, entry.meta.first - 1});
  return lost;
}

// Whether it was not known yet.
bool Log::Parts::lose(TableEntry &entry, Range range, const char *what) {
  bool lost = false;
  for (const Range &unknown : without(range, entry.meta.losses)) {
    find({entry.meta.name, unknown.from, unknown.to, what});
    lost = true;
  }
  add_loss(entry.meta.losses, range);
  return lost;
}

// Whether events may be missing without a trace.
bool Log::Parts::stopped_unclean(const TableEntry &entry, const Settings &settings) {
  if (created.contains(entry.meta.number)) return false;
  const auto head = marks.head();
  if (!head || !marks.get(entry.meta.number) || marks.is_damaged(entry.meta.number)) {
    find({entry.meta.name, 0, 0, "how far the stream had come is not known: its mark is damaged"});
    return true;
  }
  if (head->closed || head->boot == options.boot) return false;
  if (settings.durability == Durability::fsync) return false;
  find({entry.meta.name, 0, 0,
        "the machine stopped while the log was open: the last events may be missing"});
  return true;
}

bool Log::Parts::events_missing(const TableEntry &entry, const Upkeep &upkeep) {
  const auto value = database->get(Family::meta, live_key(entry.meta.number));
  if (!value) return false;
  const auto live = FieldReader(*value).get<uint64_t>();
  if (live <= upkeep.chunks.events()) return false;
  find({entry.meta.name, 0, 0,
        std::to_string(live - upkeep.chunks.events()) + " events are missing"});
  return true;
}

// Brings the stream to one record per event, and of each topic to as many as are kept.
Status Log::Parts::count_per_topic(const TableEntry &entry, Upkeep &upkeep) {
  constexpr size_t step = size_t{1} << 20;
  const uint32_t stream = entry.meta.number;
  batch.Clear();
  RecordWalk walk(*database, stream, RecordWalk::any, true);
  for (walk.seek(entry.meta.first); walk.valid(); walk.next()) {
    const Record &record = walk.record();
    std::vector<event::EventRef> events;
    Record::Items items(record);
    while (const auto item = items.next()) events.push_back(restore(*item));
    if (events.size() > 1) split(stream, record.first(), events);
    for (const event::EventRef &event : events) {
      const uint64_t sequence = event->record().sequence();
      if (sequence < entry.meta.first) continue;
      const auto superseded =
          upkeep.tails.add(event->topic(), {sequence, event->flatbuffer().size()});
      if (!superseded) continue;
      delete_single(stream, event->topic(), superseded->sequence);
      upkeep.chunks.forget(superseded->sequence, superseded->bytes);
    }
    if (options.read_only || batch.GetDataSize() < step) continue;
    if (Status status = database->write(batch, false); !status.is_ok()) return status;
    batch.Clear();
  }
  if (options.read_only) return Status::ok();
  put_live(stream, upkeep);
  return database->write(batch, false);
}

void Log::Parts::split(uint32_t stream, uint64_t first, std::span<const event::EventRef> events) {
  for (const event::EventRef &event : events) {
    batch.Delete(database->family(Family::topics), topic_key(stream, event->topic(), first));
  }
  for (const event::EventRef &event : events) {
    put_record(stream, {&event, 1});
    batch.Put(database->family(Family::topics),
              topic_key(stream, event->topic(), event->record().sequence()), std::string(1, '\0'));
  }
}

void Log::Parts::load_known(uint32_t stream, Upkeep &upkeep) {
  const auto iterator = database->iterate(Family::deduplication, true);
  const std::string prefix = stream_key(stream);
  for (iterator->Seek(prefix); iterator->Valid() && iterator->key().starts_with(prefix);
       iterator->Next()) {
    const auto key = parse_record_key(view(iterator->key()));
    const auto known = decode_known(view(iterator->value()));
    if (!key || !known || known->empty()) continue;
    upkeep.known.push_back({key->first, known->size(), steady_of(known->back().recorded_ns)});
    upkeep.known_ids += known->size();
  }
}

}  // namespace slipring::stream
