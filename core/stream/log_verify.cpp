#include <algorithm>

#include "stream/keys.hpp"
#include "stream/log_parts.hpp"
#include "stream/offsets.hpp"
#include "stream/record_walk.hpp"

namespace slipring::stream {
namespace {

using Progress = std::function<bool(uint64_t, uint64_t)>;

// One check of a whole log.
class Check {
 public:
  Check(const Database &database, uint64_t bytes, Progress progress)
      : database_(database), bytes_(bytes), progress_(std::move(progress)) {}

  // False: it is to stop.
  bool stream(const TableEntry &entry) { return records(entry) && index(entry) && retained(entry); }
  std::vector<Finding> findings() { return std::move(findings_); }

 private:
  bool records(const TableEntry &entry);
  bool index(const TableEntry &entry);
  bool retained(const TableEntry &entry);
  void missing(const TableEntry &entry, Range range, bool damaged);
  bool go_on() { return !progress_ || progress_(std::min(done_, bytes_), bytes_); }

  const Database &database_;
  const uint64_t bytes_;
  Progress progress_;
  uint64_t done_ = 0;
  std::vector<Finding> findings_;
};

bool Check::records(const TableEntry &entry) {
  uint64_t expected = entry.meta.first;
  RecordWalk walk(database_, entry.meta.number, std::max<uint64_t>(entry.last, 1), true);
  for (walk.seek(expected); walk.valid(); walk.next()) {
    const Record &record = walk.record();
    if (record.first() > expected) {
      missing(entry, {expected, record.first() - 1}, walk.passed_damage());
    }
    expected = record.last() + 1;
    done_ += record.bytes();
    if (!go_on()) return false;
  }
  if (expected <= entry.last) missing(entry, {expected, entry.last}, walk.passed_damage());
  return true;
}

void Check::missing(const TableEntry &entry, Range range, bool damaged) {
  if (!damaged && range.from <= entry.meta.sparse_through) {
    const uint64_t to = std::min(range.to, entry.meta.sparse_through);
    for (const Range &loss : entry.meta.losses) {
      if (loss.to < range.from || loss.from > to) continue;
      findings_.push_back({entry.meta.name, loss.from, loss.to, "events were lost"});
    }
    if (to == range.to) return;
    range.from = to + 1;
  }
  findings_.push_back({entry.meta.name, range.from, range.to,
                       damaged ? "records are damaged" : "events were lost"});
}

// Every entry must name events that are there and have the topic, or were removed.
bool Check::index(const TableEntry &entry) {
  const std::string prefix = stream_key(entry.meta.number);
  const auto iterator = database_.iterate(Family::topics, true);
  uint64_t bad = 0;
  for (iterator->Seek(prefix); iterator->Valid() && iterator->key().starts_with(prefix);
       iterator->Next()) {
    const auto key = parse_topic_key(view(iterator->key()));
    if (!key || parse_offsets(view(iterator->value())).empty()) ++bad;
  }
  if (!iterator->status().ok()) {
    findings_.push_back(
        {entry.meta.name, 0, 0, "the index by topic is damaged: " + iterator->status().ToString()});
  } else if (bad != 0) {
    findings_.push_back({entry.meta.name, 0, 0,
                         std::to_string(bad) + " entries of the index by topic are damaged"});
  }
  return go_on();
}

bool Check::retained(const TableEntry &entry) {
  const std::string prefix = stream_key(entry.meta.number);
  const auto iterator = database_.iterate(Family::retained, true);
  for (iterator->Seek(prefix); iterator->Valid() && iterator->key().starts_with(prefix);
       iterator->Next()) {
    if (Record::decode(view(iterator->key()), view(iterator->value()))) continue;
    findings_.push_back({entry.meta.name, 0, 0, "a retained event is damaged"});
  }
  if (!iterator->status().ok()) {
    findings_.push_back(
        {entry.meta.name, 0, 0, "retained events are damaged: " + iterator->status().ToString()});
  }
  return go_on();
}

}  // namespace

Result<std::vector<Finding>> Log::verify(Progress progress) const {
  const auto streams = parts_->table->all();
  uint64_t bytes = 0;
  for (const TableEntry &entry : streams) bytes += entry.bytes;
  Check check(*parts_->database, bytes, std::move(progress));
  for (const TableEntry &entry : streams) {
    if (!check.stream(entry)) return Status(SLIPRING_CANCELLED, "The check was stopped");
  }
  return check.findings();
}

}  // namespace slipring::stream
