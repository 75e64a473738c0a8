#include "stream/record.hpp"

#include <cstring>

#include "stream/checksum.hpp"
#include "stream/fields.hpp"

namespace slipring::stream {
namespace {

constexpr size_t header_size = 24;
constexpr size_t checksum_at = 16;

size_t padded(size_t size) {
  return (size + 7) / 8 * 8;
}

uint64_t checksum_of(std::string_view key, std::string_view value) {
  const uint64_t of_header = checksum(value.substr(0, checksum_at), checksum(key));
  return checksum(value.substr(header_size), of_header);
}

uint32_t offset_of_topic(const event::Event &event) {
  const auto *begin = reinterpret_cast<const char *>(event.flatbuffer().data());
  return static_cast<uint32_t>(event.topic().data() - begin);
}

// A FlatBuffer's text stands behind its length.
std::optional<std::string_view> text_at(std::string_view flatbuffer, uint32_t offset) {
  uint32_t size = 0;
  if (offset < sizeof size || offset > flatbuffer.size()) return std::nullopt;
  std::memcpy(&size, flatbuffer.data() + offset - sizeof size, sizeof size);
  if (size > flatbuffer.size() - offset) return std::nullopt;
  return flatbuffer.substr(offset, size);
}

}  // namespace

void encode_record(uint32_t stream, std::string_view key, std::span<const event::EventRef> events,
                   std::string &to) {
  to.clear();
  put(to, record_format);
  put(to, static_cast<uint32_t>(events.size()));
  put(to, events.front()->record().sequence());
  put(to, uint64_t{0});
  for (const event::EventRef &event : events) {
    const auto flatbuffer = event->flatbuffer();
    put(to, static_cast<uint32_t>(flatbuffer.size()));
    put(to, offset_of_topic(*event));
    const schema::RecordHeader &header = event->record();
    put(to, schema::RecordHeader(stream, header.flags(), header.epoch(), header.sequence(),
                                 header.recorded_ns()));
    to.append(reinterpret_cast<const char *>(flatbuffer.data()), flatbuffer.size());
    to.append(padded(flatbuffer.size()) - flatbuffer.size(), '\0');
  }
  const uint64_t sum = checksum_of(key, to);
  std::memcpy(to.data() + checksum_at, &sum, sizeof sum);
}

std::optional<Record> Record::decode(std::string_view key, std::string_view value) {
  FieldReader fields(value);
  const auto format = fields.get<uint32_t>();
  Record record;
  record.count_ = fields.get<uint32_t>();
  record.first_ = fields.get<uint64_t>();
  const auto sum = fields.get<uint64_t>();
  if (!fields.ok() || format != record_format || record.count_ == 0) return std::nullopt;
  if (sum != checksum_of(key, value)) return std::nullopt;
  record.items_ = fields.left();
  // The checksum says that it was written like this; that it was written well is looked at anyway.
  Items items(record);
  for (uint32_t i = 0; i < record.count_; ++i) {
    const auto item = items.next();
    if (!item || item->header.sequence() != record.first_ + i) return std::nullopt;
    record.bytes_ += item->flatbuffer.size();
    record.recorded_ns_ = item->header.recorded_ns();
  }
  if (!items.empty()) return std::nullopt;
  return record;
}

std::optional<Record::Item> Record::Items::next() {
  FieldReader fields(left_);
  const auto size = fields.get<uint32_t>();
  const auto offset = fields.get<uint32_t>();
  Item item;
  item.header = fields.get<schema::RecordHeader>();
  const std::string_view flatbuffer = fields.take(padded(size)).substr(0, size);
  const auto topic = text_at(flatbuffer, offset);
  if (!fields.ok() || !topic) return std::nullopt;
  left_ = fields.left();
  item.topic = *topic;
  item.flatbuffer = {reinterpret_cast<const uint8_t *>(flatbuffer.data()), flatbuffer.size()};
  return item;
}

}  // namespace slipring::stream
