#include "inflater.hpp"

#include <algorithm>

namespace slipring::web {
namespace {

// zlib has no window of 256 bytes.
int at_least_9(int window_bits) {
  return std::max(window_bits, 9);
}

}  // namespace

std::unique_ptr<Inflater> Inflater::make(int window_bits) {
  std::unique_ptr<Inflater> made(new Inflater(window_bits));
  if (inflateInit2(&made->stream_, -at_least_9(window_bits)) != Z_OK) return nullptr;
  return made;
}

// "(1 << windowBits) + 7 KB" (zconf.h).
std::size_t Inflater::memory(int window_bits) {
  return (std::size_t{1} << at_least_9(window_bits)) + 7 * 1024;
}

Inflater::~Inflater() {
  inflateEnd(&stream_);
}

Inflater::Step Inflater::step(std::span<const char> &in, std::span<char> out) {
  // zlib only reads its input.
  stream_.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(in.data()));
  stream_.avail_in = static_cast<uInt>(in.size());
  stream_.next_out = reinterpret_cast<Bytef *>(out.data());
  stream_.avail_out = static_cast<uInt>(out.size());
  const int answer = inflate(&stream_, Z_SYNC_FLUSH);
  const std::size_t used = in.size() - stream_.avail_in;
  const std::size_t written = out.size() - stream_.avail_out;
  in = in.last(stream_.avail_in);
  // Of a call that did nothing zlib says that it is within a block, also where one just ended.
  if (used + written != 0) between_blocks_ = has_ended_a_block(answer);
  if (answer == Z_STREAM_END) {
    inflateResetKeep(&stream_);  // what follows may still refer to what came before
    return {written, false};
  }
  return {written, answer != Z_OK && answer != Z_BUF_ERROR};
}

bool Inflater::has_ended_a_block(int answer) const {
  constexpr int just_ended_a_block = 128;  // zlib.h, at `inflate`
  return answer == Z_STREAM_END || (stream_.data_type & just_ended_a_block) != 0;
}

void Inflater::reset() {
  inflateReset(&stream_);
  between_blocks_ = true;
}

}  // namespace slipring::web
