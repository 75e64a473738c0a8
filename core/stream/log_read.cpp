#include <algorithm>

#include "base/topic.hpp"
#include "stream/indexed_read.hpp"
#include "stream/log_parts.hpp"
#include "stream/reading.hpp"
#include "stream/record_walk.hpp"

namespace slipring::stream {
namespace {

// From here on a read is taken for one of many in a row.
constexpr size_t long_read = size_t{128} << 10;

// Reads on by going through everything.
void scan(const Database &database, uint32_t stream, const Query &query, Reading &reading) {
  RecordWalk walk(database, stream, query.through, query.bytes >= long_read);
  for (walk.seek(reading.at()); walk.valid() && !reading.done(); walk.next()) {
    if (walk.record().first() > reading.at()) {
      reading.missing_until(walk.record().first(), walk.passed_damage());
    }
    reading.take(walk.record());
  }
  if (!walk.valid() && !reading.done()) {
    reading.missing_until(query.through + 1, walk.passed_damage());
  }
}

bool is_worth_the_index(const Query &query, uint64_t from) {
  constexpr uint64_t few_events = 64;
  constexpr size_t many_filters = 16;
  return !query.filters.empty() && query.filters.size() <= many_filters &&
         query.through - from >= few_events &&
         std::none_of(query.filters.begin(), query.filters.end(),
                      [](const std::string &filter) { return has_wildcard(filter); });
}

}  // namespace

Result<Batch> Log::read(uint32_t stream, const Query &query) const {
  const auto view = parts_->table->view(stream);
  if (!view) return no_such_stream(stream);
  Query bounded = query;
  bounded.through = std::min(query.through, view->last);
  Reading reading(*parts_->table, stream, *view, bounded);
  if (!reading.done() && is_worth_the_index(bounded, reading.at())) {
    IndexedRead(*parts_->database, stream, bounded, reading).run();
  }
  if (!reading.done()) scan(*parts_->database, stream, bounded, reading);
  return reading.finish();
}

}  // namespace slipring::stream
