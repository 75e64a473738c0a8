// WriteBatch: what one call of a transport's `write` is given: frames, each of one piece or, where
// a rendering has holes, of several; for http/1 the pieces of all of them, one behind the other.
//
// Borrows the bytes of the queue's entries. A shard has one and uses it again and again.
//
// Thread-safety: its shard.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "session/outbound_queue.hpp"

namespace slipring::session {

class WriteBatch {
 public:
  void clear() { piece_count_ = frame_count_ = 0; }
  bool empty() const { return frame_count_ == 0; }
  size_t size() const { return frame_count_; }
  bool has_room() const {
    return frame_count_ < max_frames && piece_count_ + pieces_per_frame <= max_pieces;
  }
  // `place`: the entry's in the queue. REQUIRES: has_room(); a message.
  void add(const OutboundQueue::Entry &entry, size_t place);

  const slipring_frame *frames() const { return frames_.data(); }
  size_t place(size_t frame) const { return places_[frame]; }

  const slipring_bytes *pieces() const { return pieces_.data(); }
  size_t piece_count() const { return piece_count_; }
  // Of all pieces; of one frame's.
  size_t bytes() const { return size_of({pieces_.data(), piece_count_}); }
  size_t size_of(size_t frame) const {
    return size_of({frames_[frame].pieces, frames_[frame].piece_count});
  }
  // All of a frame but its first `skipped` bytes.
  void copy_rest(size_t frame, size_t skipped, uint8_t *to) const;

 private:
  static constexpr size_t max_frames = 128;
  static constexpr size_t max_pieces = 256;
  static constexpr size_t pieces_per_frame = 2 * Rendering::max_holes + 1;

  static size_t size_of(std::span<const slipring_bytes> pieces);
  void add_piece(const uint8_t *data, size_t size) {
    if (size != 0) pieces_[piece_count_++] = {data, size};
  }
  void add_with_holes(const OutboundQueue::Entry &entry);

  std::array<slipring_bytes, max_pieces> pieces_;
  std::array<slipring_frame, max_frames> frames_;
  std::array<size_t, max_frames> places_;
  std::array<std::array<uint8_t, Rendering::expiry_size>, max_frames> expiries_;
  size_t piece_count_ = 0;
  size_t frame_count_ = 0;
};

}  // namespace slipring::session
