// The receiving half of permessage-deflate (RFC 7692 §7.2.2): one peer's compressed bytes, inflated
// a piece at a time.
//
// Not thread-safe.
#pragma once

#include <zlib.h>

#include <cstddef>
#include <memory>
#include <span>

namespace slipring::web {

class Inflater {
 public:
  // `window_bits`: 8 to 15, as agreed; 8 is served by a window of 9. nullptr: no memory.
  static std::unique_ptr<Inflater> make(int window_bits);
  // Bytes that one takes, about.
  static std::size_t memory(int window_bits);

  ~Inflater();
  Inflater(const Inflater &) = delete;
  Inflater &operator=(const Inflater &) = delete;

  struct Step {
    std::size_t written = 0;
    bool bad = false;  // these bytes are no DEFLATE (RFC 1951)
  };
  // Inflates from the front of `in`, from which what was used is cut off, until it is used up or
  // `out` is full. A final block (BFINAL) does not end anything (RFC 7692 §7.2.3.4).
  Step step(std::span<const char> &in, std::span<char> out);

  // Whether a message may end here: all blocks are whole.
  bool between_blocks() const { return between_blocks_; }

  // Begins anew, without a context.
  void reset();

  int window_bits() const { return window_bits_; }

 private:
  explicit Inflater(int window_bits) : window_bits_(window_bits) {}

  bool has_ended_a_block(int answer) const;

  const int window_bits_;
  bool between_blocks_ = true;
  z_stream stream_{};
};

}  // namespace slipring::web
