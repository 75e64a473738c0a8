#include "utf8.hpp"

#include <cstddef>
#include <cstring>

namespace slipring::websocket {
namespace {

// How many of the first bytes are ASCII, counted eight at a time.
std::size_t ascii_prefix(std::string_view bytes) {
  std::size_t at = 0;
  for (; at + 8 <= bytes.size(); at += 8) {
    std::uint64_t word;
    std::memcpy(&word, bytes.data() + at, 8);
    if ((word & 0x8080808080808080u) != 0) break;
  }
  return at;
}

}  // namespace

bool Utf8::feed(std::string_view bytes) {
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    if (missing_ == 0) {
      at += ascii_prefix(bytes.substr(at));
      if (at == bytes.size()) break;
    }
    const auto byte = static_cast<std::uint8_t>(bytes[at]);
    if (missing_ != 0) {
      if (byte < lowest_ || byte > highest_) return false;
      --missing_;
      lowest_ = 0x80;
      highest_ = 0xbf;
    } else if (byte >= 0x80) {
      if (byte < 0xc2 || byte > 0xf4) return false;
      missing_ = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
      if (byte == 0xe0) lowest_ = 0xa0;   // shorter forms exist below
      if (byte == 0xed) highest_ = 0x9f;  // surrogates above
      if (byte == 0xf0) lowest_ = 0x90;   // shorter forms exist below
      if (byte == 0xf4) highest_ = 0x8f;  // beyond U+10FFFF above
    }
  }
  return true;
}

}  // namespace slipring::websocket
