#include "session/write_batch.hpp"

#include <algorithm>

namespace slipring::session {

void WriteBatch::add(const OutboundQueue::Entry &entry, size_t place) {
  const size_t first = piece_count_;
  if (entry.has_holes()) {
    add_with_holes(entry);
  } else {
    add_piece(entry.framed.bytes().data() + entry.taken, entry.framed.size() - entry.taken);
  }
  frames_[frame_count_] = {&pieces_[first],
                           static_cast<uint32_t>(piece_count_ - first),
                           entry.kind,
                           entry.header_size,
                           {0, 0}};
  places_[frame_count_++] = place;
}

void WriteBatch::add_with_holes(const OutboundQueue::Entry &entry) {
  const Rendering &rendering = *entry.rendering;
  const uint8_t *const text = entry.framed.bytes().data();
  const uint8_t *values = entry.holes.bytes().data();
  const size_t cursor_size =
      rendering.cursors() == 0
          ? 0
          : (entry.holes.size() - rendering.given_size()) / rendering.cursors();
  size_t from = 0;
  for (const Hole &hole : rendering.holes()) {
    const size_t cut = entry.header_size + hole.offset;
    add_piece(text + from, cut - from);
    from = cut;
    if (hole.kind == SLIPRING_HOLE_EXPIRY) {
      const uint32_t left = seconds_left(rendering.event());
      auto &expiry = expiries_[frame_count_];
      for (size_t i = 0; i < expiry.size(); ++i) {
        expiry[i] = static_cast<uint8_t>(left >> (8 * (expiry.size() - 1 - i)));
      }
      add_piece(expiry.data(), expiry.size());
    } else {
      const size_t size = hole.kind == SLIPRING_HOLE_CURSOR ? cursor_size : hole.length;
      add_piece(values, size);
      values += size;
    }
  }
  add_piece(text + from, entry.framed.size() - from);
}

size_t WriteBatch::size_of(std::span<const slipring_bytes> pieces) {
  size_t size = 0;
  for (const slipring_bytes &piece : pieces) size += piece.size;
  return size;
}

void WriteBatch::copy_rest(size_t frame, size_t skipped, uint8_t *to) const {
  for (uint32_t i = 0; i < frames_[frame].piece_count; ++i) {
    const slipring_bytes &piece = frames_[frame].pieces[i];
    const size_t skip = std::min(skipped, piece.size);
    skipped -= skip;
    to = std::copy_n(piece.data + skip, piece.size - skip, to);
  }
}

}  // namespace slipring::session
