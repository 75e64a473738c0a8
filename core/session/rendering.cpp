#include "session/rendering.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>

#include "base/bytes.hpp"

namespace slipring::session {

Framed frame_message(const slipring_message_transport *transport, uint8_t kind, size_t size,
                     std::string_view payload) {
  uint8_t header[SLIPRING_FRAME_HEADER_MAX];
  const size_t header_size = transport == nullptr ? 0 : transport->frame(kind, size, header);
  Framed framed{BufferRef::allocate(header_size + payload.size()),
                static_cast<uint8_t>(header_size)};
  std::memcpy(framed.bytes.fill(), header, header_size);
  if (!payload.empty()) {
    std::memcpy(framed.bytes.fill() + header_size, payload.data(), payload.size());
  }
  return framed;
}

uint32_t seconds_left(const event::Event &event) {
  const int64_t now = std::chrono::duration_cast<std::chrono::nanoseconds>(
                          std::chrono::system_clock::now().time_since_epoch())
                          .count();
  const int64_t age_ms = (now - event.record().recorded_ns()) / 1'000'000;
  const int64_t left_ms = static_cast<int64_t>(event.time_to_live_ms()) - age_ms;
  return static_cast<uint32_t>(std::clamp<int64_t>((left_ms + 999) / 1000, 1, UINT32_MAX - 1));
}

Rendering::Rendering(event::EventRef event, uint8_t kind, std::string_view text,
                     std::span<const Hole> holes, const slipring_message_transport *transport)
    : event_(std::move(event)), kind_(kind), holes_(holes.begin(), holes.end()) {
  for (const Hole &hole : holes) {
    if (hole.kind == SLIPRING_HOLE_CURSOR) ++cursors_;
    if (hole.kind == SLIPRING_HOLE_GIVEN) given_size_ += hole.length;
    if (hole.kind == SLIPRING_HOLE_EXPIRY) expiry_bytes_ += expiry_size;
  }
  if (holes.empty()) {
    variants_.push_back(
        {transport, text.size(), frame_message(transport, kind, text.size(), text)});
  } else {
    text_ = text;
  }
}

std::string_view Rendering::text() const {
  if (!holes_.empty()) return text_;
  const Framed &framed = variants_.front().framed;
  return to_text(to_bytes(framed.bytes.bytes())).substr(framed.header_size);
}

const Framed &Rendering::framed(const slipring_message_transport *transport, size_t cursor_size) {
  const std::string_view text = this->text();
  const size_t size = text.size() + given_size_ + expiry_bytes_ + cursors_ * cursor_size;
  for (const Variant &variant : variants_) {
    if (variant.transport == transport && variant.size == size) return variant.framed;
  }
  variants_.push_back({transport, size, frame_message(transport, kind_, size, text)});
  return variants_.back().framed;
}

RenderBuffer::RenderBuffer(size_t limit)
    : limit_(limit), writer_{sizeof(slipring_render_writer), this, &write, &reserve, &hole} {}

void RenderBuffer::clear() {
  constexpr size_t kept = 64 * 1024;
  if (text_.capacity() > kept) {
    std::string().swap(text_);
  } else {
    text_.clear();
  }
  holes_.clear();
  overflowed_ = false;
}

bool RenderBuffer::fits(size_t size) {
  if (size <= limit_ - text_.size()) return true;
  overflowed_ = true;
  return false;
}

slipring_status RenderBuffer::write(void *context, slipring_bytes bytes) {
  auto &self = *static_cast<RenderBuffer *>(context);
  if (!self.fits(bytes.size)) return SLIPRING_RESOURCE_EXHAUSTED;
  self.text_.append(to_text(bytes));
  return SLIPRING_OK;
}

uint8_t *RenderBuffer::reserve(void *context, size_t size) {
  auto &self = *static_cast<RenderBuffer *>(context);
  if (!self.fits(size)) return nullptr;
  const size_t begin = self.text_.size();
  self.text_.resize(begin + size);
  return reinterpret_cast<uint8_t *>(self.text_.data()) + begin;
}

slipring_status RenderBuffer::hole(void *context, uint32_t kind, size_t length) {
  auto &self = *static_cast<RenderBuffer *>(context);
  if (kind < SLIPRING_HOLE_GIVEN || kind > SLIPRING_HOLE_EXPIRY) return SLIPRING_INVALID_ARGUMENT;
  if (self.holes_.size() == Rendering::max_holes || !self.fits(length)) {
    return SLIPRING_RESOURCE_EXHAUSTED;
  }
  const uint32_t size = kind == SLIPRING_HOLE_EXPIRY  ? Rendering::expiry_size
                        : kind == SLIPRING_HOLE_GIVEN ? static_cast<uint32_t>(length)
                                                      : 0;
  self.holes_.push_back({static_cast<uint32_t>(self.text_.size()), kind, size});
  return SLIPRING_OK;
}

}  // namespace slipring::session
