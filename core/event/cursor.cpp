#include "event/cursor.hpp"

#include <algorithm>
#include <array>
#include <boost/crc.hpp>

namespace slipring::event {
namespace {

constexpr uint8_t version = 1;
constexpr size_t checksum_size = 4;

template <class Number>
uint8_t *put(uint8_t *at, Number number) {
  for (size_t i = 0; i < sizeof number; ++i) *at++ = static_cast<uint8_t>(number >> (8 * i));
  return at;
}

template <class Number>
Number get(std::span<const uint8_t> bytes) {
  Number number = 0;
  for (size_t i = sizeof number; i-- > 0;) number = static_cast<Number>(number << 8 | bytes[i]);
  return number;
}

uint32_t checksum(std::span<const uint8_t> bytes) {
  boost::crc_32_type sum;
  sum.process_bytes(bytes.data(), bytes.size());
  return sum.checksum();
}

Status damaged(const std::string &how) {
  return Status::invalid("cursor: is damaged, " + how +
                         "; accepted is one from this host, unchanged");
}

// Takes one position off the front of `bytes`; false when it is none.
bool take_position(std::span<const uint8_t> &bytes, CursorPosition &position) {
  const size_t name_size = bytes[0];
  bytes = bytes.subspan(1);
  if (bytes.size() < name_size + 16) return false;
  position.stream.assign(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(name_size));
  position.epoch = get<uint64_t>(bytes.subspan(name_size));
  position.sequence = get<uint64_t>(bytes.subspan(name_size + 8));
  bytes = bytes.subspan(name_size + 16);
  return is_stream_name(position.stream);
}

Result<std::vector<CursorPosition>> read_positions(std::span<const uint8_t> bytes) {
  std::vector<CursorPosition> positions;
  while (!bytes.empty()) {
    CursorPosition position;
    if (!take_position(bytes, position)) return damaged("what it holds is no position");
    const auto same = [&](const auto &other) { return other.stream == position.stream; };
    if (std::any_of(positions.begin(), positions.end(), same)) {
      return damaged("it names stream " + position.stream + " twice");
    }
    if (positions.size() == max_cursor_positions) {
      return damaged("it has more than " + std::to_string(max_cursor_positions) + " positions");
    }
    positions.push_back(std::move(position));
  }
  if (positions.empty()) return damaged("it has no position");
  return positions;
}

}  // namespace

size_t print_cursor(std::span<const ParsedPosition> positions, std::span<char> to) {
  std::array<uint8_t, max_cursor_size> bytes;
  uint8_t *at = bytes.data();
  *at++ = version;
  for (const ParsedPosition &position : positions) {
    *at++ = static_cast<uint8_t>(position.name.size());
    at = std::copy(position.name.begin(), position.name.end(), at);
    at = put(put(at, position.epoch), position.sequence);
  }
  at = put(at, checksum({bytes.data(), at}));
  return print_base64({bytes.data(), at}, Base64::url, to);
}

Result<std::vector<CursorPosition>> parse_cursor(std::string_view text) {
  if (text.size() > max_cursor_text_size) {
    return Status::invalid("cursor: has " + std::to_string(text.size()) +
                           " characters, accepted are up to " +
                           std::to_string(max_cursor_text_size));
  }
  const auto bytes = parse_base64(text, Base64::url);
  if (!bytes) return damaged("it is not base64url without padding");
  if (bytes->size() <= checksum_size) return damaged("it is too short");
  // Every version ends with its checksum, so that damage to the version is not taken for another.
  const auto content = std::span(*bytes).first(bytes->size() - checksum_size);
  if (get<uint32_t>(std::span(*bytes).last(checksum_size)) != checksum(content)) {
    return damaged("its checksum does not match");
  }
  if (content[0] != version) {
    return Status::invalid("cursor: has version " + std::to_string(content[0]) +
                           ", accepted is version " + std::to_string(version));
  }
  return read_positions(content.subspan(1));
}

}  // namespace slipring::event
