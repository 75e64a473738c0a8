#include "stream/stream_meta.hpp"

#include <algorithm>
#include <random>

#include "stream/checksum.hpp"
#include "stream/fields.hpp"

namespace slipring::stream {
namespace {

uint64_t random_id() {
  std::random_device random;
  uint64_t id = 0;
  while (id == 0) id = uint64_t{random()} << 32 | random();
  return id;
}

}  // namespace

std::string encode_meta(const StreamMeta &meta) {
  std::string value;
  put(value, meta.number);
  put(value, static_cast<uint32_t>(meta.name.size()));
  value += meta.name;
  put(value, meta.first);
  put(value, meta.sparse_through);
  put(value, static_cast<uint32_t>(meta.epochs.size()));
  for (const Epoch &epoch : meta.epochs) {
    put(value, epoch.id);
    put(value, epoch.first);
  }
  put(value, static_cast<uint32_t>(meta.losses.size()));
  for (const Range &loss : meta.losses) {
    put(value, loss.from);
    put(value, loss.to);
  }
  put(value, checksum(value));
  return value;
}

std::optional<StreamMeta> decode_meta(std::string_view value) {
  if (value.size() < sizeof(uint64_t)) return std::nullopt;
  const std::string_view content = value.substr(0, value.size() - sizeof(uint64_t));
  if (FieldReader(value.substr(content.size())).get<uint64_t>() != checksum(content)) {
    return std::nullopt;
  }
  FieldReader fields(content);
  StreamMeta meta;
  meta.number = fields.get<uint32_t>();
  meta.name = fields.take(fields.get<uint32_t>());
  meta.first = fields.get<uint64_t>();
  meta.sparse_through = fields.get<uint64_t>();
  for (auto left = fields.get<uint32_t>(); left > 0 && fields.ok(); --left) {
    const auto id = fields.get<uint64_t>();
    meta.epochs.push_back({id, fields.get<uint64_t>()});
  }
  for (auto left = fields.get<uint32_t>(); left > 0 && fields.ok(); --left) {
    const auto from = fields.get<uint64_t>();
    meta.losses.push_back({from, fields.get<uint64_t>()});
  }
  if (!fields.ok() || meta.epochs.empty() || meta.number == 0) return std::nullopt;
  return meta;
}

void add_loss(std::vector<Range> &losses, Range loss) {
  losses.push_back(loss);
  std::sort(losses.begin(), losses.end(),
            [](const Range &a, const Range &b) { return a.from < b.from; });
  std::vector<Range> joined;
  for (const Range &range : losses) {
    if (!joined.empty() && range.from <= joined.back().to + 1) {
      joined.back().to = std::max(joined.back().to, range.to);
    } else {
      joined.push_back(range);
    }
  }
  const size_t surplus = joined.size() > max_losses ? joined.size() - max_losses : 0;
  losses.assign(joined.begin() + static_cast<ptrdiff_t>(surplus), joined.end());
}

std::vector<Range> without(Range range, const std::vector<Range> &losses) {
  std::vector<Range> left;
  uint64_t at = range.from;
  for (const Range &loss : losses) {
    if (loss.to < at) continue;
    if (loss.from > range.to) break;
    if (loss.from > at) left.push_back({at, loss.from - 1});
    at = loss.to + 1;
  }
  if (at <= range.to) left.push_back({at, range.to});
  return left;
}

void add_epoch(std::vector<Epoch> &epochs, uint64_t first) {
  // One without events says nothing any more.
  while (!epochs.empty() && epochs.back().first >= first) epochs.pop_back();
  epochs.push_back({random_id(), first});
  if (epochs.size() > max_epochs) epochs.erase(epochs.begin());
}

}  // namespace slipring::stream
