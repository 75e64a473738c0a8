// What libwebsockets lets through and RFC 6455 does not: data frames that are not masked (§5.1) and
// lengths that are not in their shortest form (§5.2).
//
// The library hands up payload where it lies in the buffer it reads sockets into, so the frame's
// header stands right before it: provided that header and payload came in one read. When they did
// not, the frame is not looked at; nor are empty frames and control frames. A client that does not
// mask is caught by its first frame all the same, because nothing precedes that.
#pragma once

#include <cstddef>
#include <cstdint>

namespace slipring::websocket {

// Where sockets are read into. Each read begins at its begin.
struct ReadBuffer {
  const unsigned char *begin = nullptr;
  const unsigned char *end = nullptr;

  bool contains(const unsigned char *byte) const { return byte >= begin && byte < end; }
};

class FrameHeader {
 public:
  // Of a frame whose payload begins at `payload` and has `size` bytes in all.
  FrameHeader(const ReadBuffer &buffer, const unsigned char *payload, std::uint64_t size)
      : payload_(payload),
        before_(buffer.contains(payload) ? payload - buffer.begin : 0),
        size_(size),
        length_bytes_(size < 126       ? 0
                      : size <= 0xffff ? 2
                                       : 8) {}

  // Whether it is known to be other than a client has to send it.
  bool is_wrong() const { return before_ >= with_mask() && !length_is_at(with_mask(), 0x80); }

  // Whether the read began with this frame, and it has no mask. REQUIRES: the client's first frame;
  // of a later one the bytes before the payload may be the rest of a header with a mask.
  bool is_unmasked(unsigned opcode) const {
    return before_ == without_mask() && length_is_at(without_mask(), 0) &&
           (payload_[-before_] & 0x0fu) == opcode;
  }

 private:
  std::ptrdiff_t without_mask() const { return 2 + length_bytes_; }
  std::ptrdiff_t with_mask() const { return without_mask() + 4; }

  bool length_is_at(std::ptrdiff_t header_bytes, std::uint64_t mask_bit) const {
    const unsigned char *const length = payload_ - header_bytes + 1;
    const std::uint64_t code = length_bytes_ == 0 ? size_ : length_bytes_ == 2 ? 126 : 127;
    if (*length != (mask_bit | code)) return false;
    std::uint64_t found = 0;
    for (std::ptrdiff_t i = 1; i <= length_bytes_; ++i) found = found << 8 | length[i];
    return length_bytes_ == 0 || found == size_;
  }

  const unsigned char *payload_;
  std::ptrdiff_t before_;  // bytes of this read before the payload
  std::uint64_t size_;
  std::ptrdiff_t length_bytes_;
};

}  // namespace slipring::websocket
