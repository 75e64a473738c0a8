#include <algorithm>

#include "observe/log.hpp"
#include "stream/known_batch.hpp"
#include "stream/log_parts.hpp"
#include "stream/meta_keys.hpp"
#include "stream/record_walk.hpp"

namespace slipring::stream {
namespace {

// Makes, of a batch that failed, one that puts back what is in the log: RocksDB's log of writes may
// hold the failed one, and would bring it back after a crash.
class PutBack : public rocksdb::WriteBatch::Handler {
 public:
  PutBack(const Database &database, rocksdb::WriteBatch &to) : database_(database), to_(to) {}

  rocksdb::Status PutCF(uint32_t family, const rocksdb::Slice &key,
                        const rocksdb::Slice &) override {
    return restore(family, key);
  }
  rocksdb::Status DeleteCF(uint32_t family, const rocksdb::Slice &key) override {
    return restore(family, key);
  }
  // Only removes what no reader sees any more.
  rocksdb::Status DeleteRangeCF(uint32_t, const rocksdb::Slice &, const rocksdb::Slice &) override {
    return rocksdb::Status::OK();
  }

 private:
  rocksdb::Status restore(uint32_t id, const rocksdb::Slice &key) {
    for (size_t i = 0; i < families; ++i) {
      rocksdb::ColumnFamilyHandle *family = database_.family(static_cast<Family>(i));
      if (family->GetID() != id) continue;
      rocksdb::PinnableSlice value;
      rocksdb::Status status = database_.db().Get(rocksdb::ReadOptions(), family, key, &value);
      if (status.ok()) return to_.Put(family, key, value);
      if (status.IsNotFound()) return to_.Delete(family, key);
      return status;
    }
    return rocksdb::Status::Corruption("an unknown family");
  }

  const Database &database_;
  rocksdb::WriteBatch &to_;
};

}  // namespace

void Log::tick() {
  Parts &parts = *parts_;
  if (parts.options.read_only) return;
  if (!parts.error.is_ok()) {
    if (Status status = parts.recover_writing(); !status.is_ok()) {
      observe::debug("log_not_recovered", {{"error", status.message()}});
      return;
    }
    observe::info("log_recovered", {{"from", parts.error.message()}});
    parts.error = Status::ok();
    parts.writable = true;
  }
  for (auto &[stream, upkeep] : parts.upkeep) {
    parts.expire(stream, upkeep);
    parts.forget_known(stream, upkeep);
    if (!parts.error.is_ok()) return;
  }
  if (Status status = parts.marks.sync(); !status.is_ok()) {
    observe::warn("log_marks_failed", {{"error", status.message()}});
  }
}

Status Log::Parts::recover_writing() {
  if (Status status = database->begin_anew(); !status.is_ok()) return status;
  batch.Clear();
  // RocksDB gives the numbers of the failed writes out again; these go to nothing.
  for (const rocksdb::WriteBatch &write : failed) {
    for (uint32_t i = 0; i < write.Count(); ++i) batch.Put(slice(pad_key), "");
  }
  PutBack put_back(*database, batch);
  for (const rocksdb::WriteBatch &write : failed) {
    const rocksdb::Status status = write.Iterate(&put_back);
    if (!status.ok()) return to_status("Undoing a failed write", status);
  }
  if (Status status = database->write(batch, true); !status.is_ok()) return status;
  failed.clear();
  return Status::ok();
}

Status Log::Parts::save(const StreamMeta &meta, bool sync) {
  rocksdb::WriteBatch write;
  write.Put(slice(meta_key(meta.number)), encode_meta(meta));
  return database->write(write, sync);
}

void Log::Parts::mark(const TableEntry &entry) {
  marks.set(entry.meta.number, {entry.last, entry.meta.first, entry.meta.epochs.back().id});
}

void Log::Parts::expire(uint32_t stream, Upkeep &up) {
  const uint64_t first = table->first_of(stream);
  const uint64_t new_first = up.chunks.expire(first, steady_ns());
  if (new_first <= first) return;
  if (Status status = remove_below(stream, new_first); !status.is_ok()) {
    observe::warn("log_retention_failed", {{"error", status.message()}});
  }
}

// Readers know before it happens: what they then miss is not lost.
Status Log::Parts::remove_below(uint32_t stream, uint64_t first) {
  Upkeep &up = upkeep.at(stream);
  up.chunks.expire(first, steady_ns());
  if (up.per_topic()) up.tails.remove_below(first);
  TableEntry entry;
  table->update(stream, [&](TableEntry &changed) {
    changed.meta.first = std::max(changed.meta.first, first);
    std::erase_if(changed.meta.losses, [&](const Range &loss) { return loss.to < first; });
    changed.events = up.chunks.events();
    changed.bytes = up.chunks.bytes();
    entry = changed;
  });
  batch.Clear();
  batch.DeleteRange(database->family(Family::events), record_key(stream, 0),
                    record_key(stream, record_at(stream, first)));
  const uint64_t chunk = up.chunks.all().empty() ? first : up.chunks.all().front().first;
  batch.DeleteRange(database->family(Family::meta), chunk_key(stream, 0), chunk_key(stream, chunk));
  batch.Put(slice(meta_key(stream)), encode_meta(entry.meta));
  if (up.per_topic()) {
    put_live(stream, up);
  } else {
    // A number that was kept while there was a count per topic would not hold any more.
    batch.Delete(slice(live_key(stream)));
  }
  mark(entry);
  return commit(false);
}

// Where the record with that sequence begins.
uint64_t Log::Parts::record_at(uint32_t stream, uint64_t sequence) const {
  RecordWalk walk(*database, stream, sequence, false);
  walk.seek(sequence);
  return walk.valid() ? std::min(walk.record().first(), sequence) : sequence;
}

void Log::Parts::forget_known(uint32_t stream, Upkeep &up) {
  const int64_t oldest = steady_ns() - up.settings.deduplication_window.count();
  const size_t before = up.known.size();
  while (!up.known.empty()) {
    const KnownBatch &front = up.known.front();
    if (front.steady_ns >= oldest && up.known_ids - front.count < up.settings.deduplication_ids) {
      break;
    }
    up.known_ids -= front.count;
    up.known.pop_front();
  }
  if (up.known.size() == before) return;
  batch.Clear();
  const uint64_t first = up.known.empty() ? UINT64_MAX : up.known.front().first;
  batch.DeleteRange(database->family(Family::deduplication), record_key(stream, 0),
                    record_key(stream, first));
  if (Status status = commit(false); !status.is_ok()) {
    observe::warn("log_deduplication_failed", {{"error", status.message()}});
  }
}

std::vector<Known> Log::deduplication(uint32_t stream) const {
  std::vector<Known> all;
  const std::string prefix = stream_key(stream);
  const auto iterator = parts_->database->iterate(Family::deduplication, true);
  for (iterator->Seek(prefix); iterator->Valid() && iterator->key().starts_with(prefix);
       iterator->Next()) {
    const auto known = decode_known(view(iterator->value()));
    if (known) all.insert(all.end(), known->begin(), known->end());
  }
  return all;
}

bool Log::is_writable() const {
  return parts_->writable;
}

std::vector<uint32_t> Log::suspects() const {
  std::vector<uint32_t> streams;
  for (const TableEntry &entry : parts_->table->all()) {
    if (!entry.suspected.empty()) streams.push_back(entry.meta.number);
  }
  return streams;
}

Result<Epoch> Log::begin_epoch(uint32_t stream) {
  auto entry = parts_->table->get(stream);
  if (!entry) return no_such_stream(stream);
  if (entry->suspected.empty()) return entry->meta.epochs.back();
  for (const Range &range : entry->suspected) add_loss(entry->meta.losses, range);
  add_epoch(entry->meta.epochs, entry->last + 1);
  if (Status status = parts_->save(entry->meta, true); !status.is_ok()) return status;
  parts_->table->update(stream, [&](TableEntry &changed) {
    changed.meta.epochs = entry->meta.epochs;
    changed.meta.losses = entry->meta.losses;
    // Another reader may have found more in the meantime.
    std::erase_if(changed.suspected,
                  [&](const Range &range) { return without(range, changed.meta.losses).empty(); });
  });
  parts_->mark(*entry);
  return entry->meta.epochs.back();
}

Status Log::purge(uint32_t stream, uint64_t through) {
  const auto view = parts_->table->view(stream);
  if (!view) return no_such_stream(stream);
  const uint64_t first = std::min(through, view->last) + 1;
  if (first <= view->first) return Status::ok();
  return parts_->remove_below(stream, first);
}

Status Log::forget(std::string_view name) {
  const auto found = find(name);
  if (!found) {
    return {SLIPRING_NOT_FOUND, "There is no stream " + std::string(name) + " in the log"};
  }
  return parts_->forget(*found);
}

Status Log::Parts::forget(const StreamState &state) {
  if (upkeep.at(state.number).configured) {
    return {SLIPRING_FAILED_PRECONDITION,
            "The stream " + state.name + " is configured: take it out of the configuration first"};
  }
  const std::string begin = stream_key(state.number);
  const std::string end = stream_key(state.number + 1);
  batch.Clear();
  for (const Family family :
       {Family::events, Family::topics, Family::retained, Family::deduplication}) {
    batch.DeleteRange(database->family(family), begin, end);
  }
  batch.DeleteRange(database->family(Family::meta), chunks_key(state.number),
                    chunks_key(state.number + 1));
  batch.Delete(slice(live_key(state.number)));
  batch.Delete(slice(meta_key(state.number)));
  table->remove(state.number);
  upkeep.erase(state.number);
  return commit(true);
}

}  // namespace slipring::stream
