#include "frame_reader.hpp"

#include <algorithm>
#include <cstring>

namespace slipring::web {
namespace {

constexpr std::uint8_t final_bit = 0x80;
constexpr std::uint8_t compressed_bit = 0x40;
constexpr std::uint8_t reserved_bits = 0x30;
constexpr std::uint8_t opcode_bits = 0x0f;
constexpr std::uint8_t mask_bit = 0x80;
constexpr std::uint8_t length_bits = 0x7f;

constexpr std::uint8_t continuation = 0;

bool is_control(std::uint8_t opcode) {
  return (opcode & 0x08) != 0;
}

bool is_reserved(std::uint8_t opcode) {
  return (opcode > 2 && opcode < 8) || opcode > 10;
}

Violation protocol_error(const char *why) {
  return {CloseCode::protocol_error, why};
}

}  // namespace

void unmask(std::span<char> bytes, std::array<std::uint8_t, 4> &mask) {
  std::uint64_t twice;
  std::memcpy(&twice, mask.data(), 4);
  std::memcpy(reinterpret_cast<char *>(&twice) + 4, mask.data(), 4);
  std::size_t at = 0;
  for (; at + 8 <= bytes.size(); at += 8) {
    std::uint64_t word;
    std::memcpy(&word, bytes.data() + at, 8);
    word ^= twice;
    std::memcpy(bytes.data() + at, &word, 8);
  }
  for (; at < bytes.size(); ++at) bytes[at] = static_cast<char>(bytes[at] ^ mask[at % 4]);
  std::rotate(mask.begin(), mask.begin() + static_cast<std::ptrdiff_t>(bytes.size() % 4),
              mask.end());
}

FrameReader::Found FrameReader::next(std::span<char> &bytes, const Limits &limits) {
  const auto error = [](Violation violation) {
    return Found{.what = What::error, .payload = {}, .violation = violation};
  };
  if (!in_payload_) control_.reset();
  while (true) {
    if (!in_payload_) {
      if (!fill_header(bytes, 2)) return {};
      if (const Violation found = check_start(limits.compression)) return error(found);
      if (!fill_header(bytes, header_size())) return {};
      if (const Violation found = begin_payload(limits.room)) return error(found);
    }
    const std::span<char> payload = unmask_front(bytes);
    const Found found = is_control(opcode_) ? control(payload) : data(payload);
    const bool needs_more = in_payload_ && bytes.empty();
    if (found.what != What::nothing || needs_more) return found;
  }
}

bool FrameReader::fill_header(std::span<char> &bytes, std::size_t size) {
  if (header_have_ >= size) return true;
  const std::size_t taken = std::min(size - header_have_, bytes.size());
  std::copy_n(bytes.begin(), taken, header_.begin() + header_have_);
  header_have_ = static_cast<std::uint8_t>(header_have_ + taken);
  bytes = bytes.subspan(taken);
  return header_have_ == size;
}

std::size_t FrameReader::header_size() const {
  const std::uint8_t code = header_[1] & length_bits;
  return 6u + (code == 126 ? 2 : code == 127 ? 8 : 0);
}

// What the first two bytes of a frame tell.
Violation FrameReader::check_start(bool compression) const {
  const std::uint8_t opcode = header_[0] & opcode_bits;
  const bool with_compression = (header_[0] & compressed_bit) != 0;
  if ((header_[0] & reserved_bits) != 0) return protocol_error("a reserved bit is set");
  if (is_reserved(opcode)) return protocol_error("reserved opcode");
  if (with_compression && !compression) return protocol_error("a reserved bit is set");
  if (with_compression && (is_control(opcode) || opcode == continuation)) {
    return protocol_error("RSV1 belongs on the first frame of a message");
  }
  if ((header_[1] & mask_bit) == 0) return protocol_error("frames of a client have to be masked");
  if (is_control(opcode)) {
    if ((header_[0] & final_bit) == 0) return protocol_error("a control frame is fragmented");
    if ((header_[1] & length_bits) > 125) return protocol_error("a control frame over 125 bytes");
    return {};
  }
  if (opcode == continuation && message_ == 0) {
    return protocol_error("a continuation without a message");
  }
  if (opcode != continuation && message_ != 0) {
    return protocol_error("a new message before the last one ended");
  }
  return {};
}

std::uint64_t FrameReader::length() const {
  const std::size_t bytes = header_size() - 6;
  if (bytes == 0) return header_[1] & length_bits;
  std::uint64_t length = 0;
  for (std::size_t i = 0; i < bytes; ++i) length = length << 8 | header_[2 + i];
  return length;
}

// REQUIRES: the header is complete.
Violation FrameReader::begin_payload(std::uint64_t room) {
  const std::size_t size = header_size();
  left_ = length();
  if ((left_ >> 63) != 0) return protocol_error("a length with its highest bit set");
  if ((size == 8 && left_ < 126) || (size == 14 && left_ <= 0xffff)) {
    return protocol_error("a length that is not in its shortest form");
  }
  std::copy_n(header_.begin() + static_cast<std::ptrdiff_t>(size) - 4, 4, mask_.begin());
  opcode_ = header_[0] & opcode_bits;
  final_ = (header_[0] & final_bit) != 0;
  header_have_ = 0;
  in_payload_ = true;
  if (is_control(opcode_)) return {};
  if (opcode_ != continuation) {
    message_ = opcode_;
    compressed_ = (header_[0] & compressed_bit) != 0;
  }
  if (!compressed_ && left_ > room) return {CloseCode::too_big, "the message is too long"};
  return {};
}

std::span<char> FrameReader::unmask_front(std::span<char> &bytes) {
  const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
  const std::span<char> payload = bytes.first(taken);
  bytes = bytes.subspan(taken);
  unmask(payload, mask_);
  left_ -= taken;
  in_payload_ = left_ != 0;
  return payload;
}

FrameReader::Found FrameReader::data(std::span<char> payload) {
  const bool last = final_ && !in_payload_;
  const auto message = static_cast<Opcode>(message_);
  if (last) message_ = 0;
  if (payload.empty() && !last) return {};
  return {.what = What::data,
          .opcode = message,
          .last = last,
          .compressed = compressed_,
          .payload = payload,
          .violation = {}};
}

FrameReader::Found FrameReader::control(std::span<char> payload) {
  if (in_payload_ || control_ != nullptr) {
    if (control_ == nullptr) control_ = std::make_unique<ControlPayload>();
    std::copy(payload.begin(), payload.end(), control_->bytes.begin() + control_->size);
    control_->size += payload.size();
    if (in_payload_) return {};
    payload = std::span(control_->bytes).first(control_->size);
  }
  return {.what = What::control,
          .opcode = static_cast<Opcode>(opcode_),
          .payload = payload,
          .violation = {}};
}

}  // namespace slipring::web
