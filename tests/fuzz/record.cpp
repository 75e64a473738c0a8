// A record of the log, as it may come back from a disk: with whatever in it, also under a checksum
// that fits, it is taken or not, and what is taken can be read to the last byte. One that was
// written and then changed in a single byte, cut, or put elsewhere is never taken. The same bytes
// as the other things that the log keeps.
#include "stream/record.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "event/testing.hpp"
#include "stream/checksum.hpp"
#include "stream/chunks.hpp"
#include "stream/keys.hpp"
#include "stream/known_batch.hpp"
#include "stream/offsets.hpp"
#include "stream/stream_meta.hpp"

namespace {

using namespace slipring;
using namespace slipring::stream;

constexpr size_t key_size = stream_size + sequence_size;
constexpr size_t checksum_at = 16;
constexpr size_t header_size = 24;

void require(bool condition) {
  if (!condition) std::abort();
}

void read_all(const Record &record) {
  unsigned sum = 0;
  uint64_t expected = record.first();
  Record::Items items(record);
  while (const auto item = items.next()) {
    require(item->header.sequence() == expected++);
    for (const uint8_t byte : item->flatbuffer) sum += byte;
    for (const char byte : item->topic) sum += static_cast<unsigned char>(byte);
  }
  require(items.empty() && expected == record.last() + 1);
  require(sum <= 2 * 255 * record.bytes());
}

// As it is, and as somebody would have written it.
void check_any(std::string_view bytes) {
  if (bytes.size() < key_size) return;
  const std::string_view key = bytes.substr(0, key_size);
  std::string value(bytes.substr(key_size));
  if (const auto record = Record::decode(key, value)) read_all(*record);
  if (value.size() < header_size) return;
  const uint64_t of_header =
      checksum(std::string_view(value).substr(0, checksum_at), checksum(key));
  const uint64_t sum = checksum(std::string_view(value).substr(header_size), of_header);
  std::memcpy(value.data() + checksum_at, &sum, sizeof sum);
  if (const auto record = Record::decode(key, value)) read_all(*record);
}

std::vector<event::EventRef> events_of(std::string_view bytes) {
  constexpr std::array<std::string_view, 4> topics{"a", "a/b", "sensors/1/temperature", "/"};
  std::vector<event::EventRef> events;
  while (!bytes.empty() && events.size() < 8) {
    const auto first = static_cast<unsigned char>(bytes.front());
    const std::string_view payload = bytes.substr(1, first / 4);
    events.push_back(event::testing::make({.topic = topics[first % 4], .payload = payload}));
    events.back()->sequence(schema::RecordHeader(1, 0, 7, events.size(), first));
    bytes.remove_prefix(1 + payload.size());
  }
  return events;
}

// The first bytes say what is done to it.
void check_changed(std::string_view bytes) {
  if (bytes.size() < 4) return;
  uint16_t place = 0;
  std::memcpy(&place, bytes.data(), sizeof place);
  const auto change = static_cast<char>(bytes[2]);
  const auto events = events_of(bytes.substr(3));
  if (events.empty()) return;
  const std::string key = record_key(1, 1);
  std::string value;
  encode_record(1, key, events, value);
  const auto whole = Record::decode(key, value);
  require(whole && whole->count() == events.size());
  read_all(*whole);
  require(!Record::decode(record_key(1, 2), value) && !Record::decode(record_key(2, 1), value));
  require(!Record::decode(key, std::string_view(value).substr(0, place % value.size())));
  if (change == 0) return;
  value[place % value.size()] ^= change;
  require(!Record::decode(key, value));
}

void check_others(std::string_view bytes) {
  if (const auto meta = decode_meta(bytes)) require(encode_meta(*meta) == bytes);
  if (const auto known = decode_known(bytes)) require(encode_known(*known) == bytes);
  if (const auto chunk = decode_chunk(bytes)) require(encode_chunk(*chunk) == bytes);
  uint32_t before = 0;
  for (const uint32_t offset : parse_offsets(bytes)) {
    require(offset >= before);
    before = offset;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char *>(data), size);
  check_any(bytes);
  check_changed(bytes);
  check_others(bytes);
  return 0;
}
