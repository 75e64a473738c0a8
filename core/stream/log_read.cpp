#include <algorithm>

#include "stream/log_parts.hpp"
#include "stream/reading.hpp"
#include "stream/record_walk.hpp"

namespace slipring::stream {
namespace {

// From here on a read is taken for one of many in a row.
constexpr size_t long_read = size_t{128} << 10;

}  // namespace

Result<Batch> Log::read(uint32_t stream, const Query &query) const {
  const auto view = parts_->table->view(stream);
  if (!view) return no_such_stream(stream);
  Query bounded = query;
  bounded.through = std::min(query.through, view->last);
  Reading reading(*parts_->table, stream, *view, bounded);
  if (reading.done()) return reading.finish();
  RecordWalk walk(*parts_->database, stream, bounded.through, query.bytes >= long_read);
  for (walk.seek(reading.at()); walk.valid() && !reading.done(); walk.next()) {
    if (walk.record().first() > reading.at()) {
      reading.missing_until(walk.record().first(), walk.passed_damage());
    }
    reading.take(walk.record());
  }
  if (!walk.valid() && !reading.done()) {
    reading.missing_until(bounded.through + 1, walk.passed_damage());
  }
  return reading.finish();
}

}  // namespace slipring::stream
