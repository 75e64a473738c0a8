// UTF-8 (RFC 3629) checked while it arrives: no overlong form, no surrogate, nothing above
// U+10FFFF; the first wrong byte is noticed when it comes, not at the end of the message (RFC 6455
// §8.1).
//
// libwebsockets has a check of its own; it is left off, because it also checks the payload of pongs
// and misses a message cut off in mid-character by an empty last fragment.
#pragma once

#include <cstdint>
#include <string_view>

namespace slipring::websocket {

class Utf8 {
 public:
  // False: what came so far cannot become valid text. REQUIRES: it never answered false before.
  bool feed(std::string_view bytes);

  // Whether the text may end here.
  bool complete() const { return missing_ == 0; }

  void reset() { *this = Utf8(); }

 private:
  std::uint8_t missing_ = 0;    // continuation bytes still to come
  std::uint8_t lowest_ = 0x80;  // range of the next one
  std::uint8_t highest_ = 0xbf;
};

}  // namespace slipring::websocket
