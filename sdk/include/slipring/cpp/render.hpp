// Renderings: an event in the bytes of a protocol, made once for all sessions that want the same
// ones (ext/render.h); and the announcement that events are missing.
#ifndef SLIPRING_CPP_RENDER_HPP
#define SLIPRING_CPP_RENDER_HPP

#include <slipring/ext/render.h>

#include <slipring/cpp/bytes.hpp>
#include <slipring/cpp/message.hpp>
#include <slipring/cpp/status.hpp>
#include <span>

namespace slipring::sdk {

// Where one rendering goes. Lent for the call.
class RenderWriter {
 public:
  RenderWriter(const slipring_render_writer &writer, uint8_t &kind) noexcept
      : writer_(writer), kind_(kind) {
    kind_ = SLIPRING_MESSAGE_TEXT;
  }

  // Text unless said otherwise.
  void kind(MessageKind kind) noexcept { kind_ = static_cast<uint8_t>(kind); }

  // Appends a copy. RESOURCE_EXHAUSTED: over the limit of a message; give up.
  Status write(std::string_view text) noexcept {
    return writer_.write(writer_.context, bytes(text));
  }

  // `size` writable bytes at the end of the rendering, valid until the next call here; empty: over
  // the limit.
  std::span<uint8_t> reserve(size_t size) noexcept {
    uint8_t *room = writer_.reserve(writer_.context, size);
    return room == nullptr ? std::span<uint8_t>() : std::span<uint8_t>(room, size);
  }

  // Bytes that the host fills in for each session: SLIPRING_HOLE_…; `length` is for GIVEN.
  Status hole(uint32_t kind, size_t length = 0) noexcept {
    return writer_.hole(writer_.context, kind, length);
  }

 private:
  const slipring_render_writer &writer_;
  uint8_t &kind_;
};

// Events of a subscription that its client does not get. Borrowed for the call.
struct Gap {
  explicit Gap(const slipring_gap &raw) noexcept
      : subscription(raw.subscription),
        format(raw.format),
        from(view(raw.from)),
        to(view(raw.to)),
        count(raw.count),
        reason(view(raw.reason)) {}

  uint64_t subscription;
  uint64_t format;
  std::string_view from;  // position of the first one missing; empty on ephemeral topics
  std::string_view to;    // and of the last one
  uint64_t count;         // 0: not known
  std::string_view reason;
};

}  // namespace slipring::sdk

#endif
