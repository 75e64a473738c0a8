// Rendering: one event as an adapter's bytes, made once for every session that wants the same.
//
// It is framed once for each transport that frames, and referenced by every queue. What is
// particular to a session is a hole: the queue entry has its value, and the pieces are joined by
// the transport. With holes the whole length is known only when their values are, so there is one
// framing for each length that occurs.
//
// Thread-safety: its shard.
#pragma once

#include <slipring/ext/profile-message.h>
#include <slipring/ext/render.h>

#include <boost/container/small_vector.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/buffer.hpp"
#include "event/event.hpp"

namespace slipring::session {

struct Hole {
  uint32_t offset;  // in the text, where it is cut
  uint32_t kind;    // SLIPRING_HOLE_…
  uint32_t length;  // of GIVEN and EXPIRY; 0: CURSOR, known when it is queued
};

// The bytes of a message on the wire, but for its holes.
struct Framed {
  BufferRef bytes;
  uint8_t header_size = 0;
};

// The header of `size` payload bytes, and the payload or the part of it that there is. No
// transport: without header, as bytes of a body.
Framed frame_message(const slipring_message_transport *transport, uint8_t kind, size_t size,
                     std::string_view payload);

// Whole seconds an event that expires still has to live, at least 1.
uint32_t seconds_left(const event::Event &event);

class Rendering : public boost::intrusive_ref_counter<Rendering, boost::thread_unsafe_counter> {
 public:
  static constexpr size_t max_holes = 4;
  static constexpr uint32_t expiry_size = 4;

  // Framed for `transport` at once when it has no holes.
  Rendering(event::EventRef event, uint8_t kind, std::string_view text, std::span<const Hole> holes,
            const slipring_message_transport *transport);

  const event::Event &event() const { return *event_; }
  uint8_t kind() const { return kind_; }
  std::span<const Hole> holes() const { return {holes_.data(), holes_.size()}; }
  // Bytes of all GIVEN holes.
  size_t given_size() const { return given_size_; }
  size_t cursors() const { return cursors_; }

  // For a cursor of that many bytes.
  const Framed &framed(const slipring_message_transport *transport, size_t cursor_size);

 private:
  struct Variant {
    const slipring_message_transport *transport;
    size_t size;
    Framed framed;
  };

  event::EventRef event_;
  const uint8_t kind_;
  uint8_t cursors_ = 0;
  uint32_t given_size_ = 0;
  uint32_t expiry_bytes_ = 0;
  std::string_view text() const;

  std::string text_;  // only with holes; else it is in the first variant
  boost::container::small_vector<Hole, 1> holes_;
  boost::container::small_vector<Variant, 1> variants_;
};

using RenderingRef = boost::intrusive_ptr<Rendering>;

// Where an adapter renders to: a text and its holes, reused from event to event.
class RenderBuffer {
 public:
  explicit RenderBuffer(size_t limit);
  RenderBuffer(const RenderBuffer &) = delete;
  RenderBuffer &operator=(const RenderBuffer &) = delete;

  const slipring_render_writer *abi() const { return &writer_; }
  std::string_view text() const { return text_; }
  std::span<const Hole> holes() const { return {holes_.data(), holes_.size()}; }
  bool overflowed() const { return overflowed_; }
  void clear();

 private:
  static slipring_status write(void *context, slipring_bytes bytes);
  static uint8_t *reserve(void *context, size_t size);
  static slipring_status hole(void *context, uint32_t kind, size_t length);
  bool fits(size_t size);

  const size_t limit_;
  bool overflowed_ = false;
  std::string text_;
  boost::container::small_vector<Hole, Rendering::max_holes> holes_;
  slipring_render_writer writer_;
};

}  // namespace slipring::session
