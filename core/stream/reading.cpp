#include "stream/reading.hpp"

#include <algorithm>
#include <cstring>

#include "base/topic.hpp"
#include "observe/log.hpp"

namespace slipring::stream {

bool matches_any(std::span<const std::string> filters, std::string_view topic) {
  return filters.empty() || std::any_of(filters.begin(), filters.end(), [&](const auto &filter) {
           return filter_matches(filter, topic);
         });
}

Reading::Reading(StreamTable &table, uint32_t stream, const StreamTable::View &view,
                 const Query &query)
    : table_(table),
      stream_(stream),
      view_(view),
      query_(query),
      at_(std::max<uint64_t>(query.from, 1)) {
  if (at_ < view_.first && at_ <= query_.through) {
    lost(at_, std::min(view_.first - 1, query_.through), "retention");
    at_ = std::min(view_.first, query_.through + 1);
  }
}

void Reading::lost(uint64_t from, uint64_t to, const char *reason) {
  if (!batch_.lost.empty()) {
    Lost &before = batch_.lost.back();
    if (before.to + 1 == from && std::strcmp(before.reason, reason) == 0) {
      before.to = to;
      return;
    }
  }
  batch_.lost.push_back({from, to, reason});
}

void Reading::missing_until(uint64_t sequence, bool damaged) {
  const uint64_t to = std::min(sequence - 1, query_.through);
  if (at_ > to) return;
  // Retention may have come in between.
  const uint64_t first = table_.first_of(stream_);
  if (first > at_) {
    lost(at_, std::min(first - 1, to), "retention");
    at_ = std::min(first, to + 1);
  }
  if (at_ <= to) report({at_, to}, damaged);
  at_ = to + 1;
}

void Reading::known_losses(Range range) {
  for (const Range &loss : view_.losses) {
    if (loss.to < range.from || loss.from > range.to) continue;
    lost(std::max(loss.from, range.from), std::min(loss.to, range.to), "lost");
  }
}

void Reading::skip_to(uint64_t sequence) {
  const uint64_t to = std::min(sequence - 1, query_.through);
  if (at_ > to) return;
  known_losses({at_, to});
  at_ = to + 1;
}

void Reading::report(Range range, bool damaged) {
  const uint64_t sparse = view_.sparse_through;
  // Where events are superseded only what is known to be lost, or seen to be damaged, is missing.
  if (!damaged && range.from <= sparse) {
    known_losses({range.from, std::min(range.to, sparse)});
    if (range.to <= sparse) return;
    range.from = sparse + 1;
  }
  lost(range.from, range.to, damaged ? "damaged" : "lost");
  if (table_.suspect(stream_, range)) {
    observe::warn("log_loss_found", {{"stream", stream_},
                                     {"from", range.from},
                                     {"to", range.to},
                                     {"reason", damaged ? "damaged" : "lost"}});
  }
}

void Reading::take(const Record &record) {
  Record::Items items(record);
  while (const auto item = items.next()) {
    if (done()) return;
    if (item->header.sequence() < at_) continue;
    if (item->header.sequence() > query_.through) {
      at_ = query_.through + 1;
      return;
    }
    if (matches_any(query_.filters, item->topic)) {
      take(*item);
    } else {
      at_ = item->header.sequence() + 1;
    }
  }
}

void Reading::take(const Record::Item &item) {
  const size_t size = item.flatbuffer.size();
  const bool none = batch_.events.empty();
  if (!none && (batch_.events.size() >= query_.events || bytes_ + size > query_.bytes)) {
    at_ = item.header.sequence();
    full_ = true;
    return;
  }
  batch_.events.push_back(restore(item));
  bytes_ += size;
  at_ = item.header.sequence() + 1;
}

Batch Reading::finish() {
  batch_.through = std::max(at_ - 1, std::max<uint64_t>(query_.from, 1) - 1);
  return std::move(batch_);
}

}  // namespace slipring::stream
