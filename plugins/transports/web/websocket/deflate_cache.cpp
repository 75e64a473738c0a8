#include "deflate_cache.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <utility>

namespace slipring::web {
namespace {

constexpr int smallest_window = 9;
constexpr int memory_level = 8;
constexpr std::size_t most_entries = 64;
// What Z_SYNC_FLUSH ends with, and the peer puts back (RFC 7692 §7.2.1).
constexpr std::size_t tail_size = 4;
constexpr std::uint8_t compressed_bit = 0x40;

// zlib has no window of 256 bytes. With one of 512 it looks back no further than 250 (512 less
// MIN_LOOKAHEAD), which a peer with a window of 256 understands.
int at_least_9(int window_bits) {
  return std::max(window_bits, smallest_window);
}

// zconf.h
std::size_t deflater_memory(int window_bits) {
  return (std::size_t{1} << (window_bits + 2)) + (std::size_t{1} << (memory_level + 9));
}

}  // namespace

struct DeflateCache::Deflater {
  z_stream stream{};

  Deflater() = default;
  ~Deflater() { deflateEnd(&stream); }
  Deflater(const Deflater &) = delete;
  Deflater &operator=(const Deflater &) = delete;
};

DeflateCache::DeflateCache(MemoryBudget &budget, std::size_t kept)
    : budget_(budget), most_kept_(kept) {}

DeflateCache::~DeflateCache() {
  for (std::size_t i = 0; i < deflaters_.size(); ++i) {
    if (deflaters_[i] == nullptr) continue;
    budget_.give_back(deflater_memory(smallest_window + static_cast<int>(i)));
  }
}

std::string_view DeflateCache::frame(websocket::Opcode opcode, std::string_view message,
                                     int window_bits) {
  Entry entry{.hash = std::hash<std::string_view>()(message),
              .window_bits = at_least_9(window_bits),
              .opcode = opcode,
              .message = {},
              .frame = {}};
  if (const Entry *found = find(entry, message)) return found->frame;
  entry.message = message;
  if (!compress(entry)) return {};
  keep(std::move(entry));
  return entries_.front().frame;
}

const DeflateCache::Entry *DeflateCache::find(const Entry &like, std::string_view message) const {
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry &entry) {
    return entry.hash == like.hash && entry.window_bits == like.window_bits &&
           entry.opcode == like.opcode && entry.message == message;
  });
  return found == entries_.end() ? nullptr : &*found;
}

DeflateCache::Deflater *DeflateCache::deflater(int window_bits) {
  auto &found = deflaters_.at(static_cast<std::size_t>(window_bits - smallest_window));
  if (found != nullptr) {
    deflateReset(&found->stream);
    return found.get();
  }
  if (!budget_.take(deflater_memory(window_bits))) return nullptr;
  auto made = std::make_unique<Deflater>();
  if (deflateInit2(&made->stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -window_bits, memory_level,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    budget_.give_back(deflater_memory(window_bits));
    return nullptr;
  }
  found = std::move(made);
  return found.get();
}

// Leaves `entry.frame` empty for a message that does not get shorter. False: not even tried.
bool DeflateCache::compress(Entry &entry) {
  const std::size_t size = entry.message.size();
  if (size > std::numeric_limits<uInt>::max() - tail_size) return false;
  Deflater *const with = deflater(entry.window_bits);
  if (with == nullptr) return false;
  ++compressed_;
  // More room than the message takes is not needed: then it is sent as it is.
  std::string work(size + tail_size, '\0');
  z_stream &stream = with->stream;
  stream.next_in = reinterpret_cast<Bytef *>(entry.message.data());
  stream.avail_in = static_cast<uInt>(size);
  stream.next_out = reinterpret_cast<Bytef *>(work.data());
  stream.avail_out = static_cast<uInt>(work.size());
  deflate(&stream, Z_SYNC_FLUSH);
  const bool is_whole = stream.avail_in == 0 && stream.avail_out != 0;
  if (!is_whole || stream.total_out < tail_size) return true;
  const std::string_view payload(work.data(), stream.total_out - tail_size);
  if (payload.size() >= size) return true;
  std::array<std::uint8_t, 10> header;
  const std::size_t header_size =
      websocket::write_frame_header(entry.opcode, payload.size(), header.data());
  header[0] |= compressed_bit;
  entry.frame.reserve(header_size + payload.size());
  entry.frame.append(reinterpret_cast<const char *>(header.data()), header_size).append(payload);
  return true;
}

void DeflateCache::keep(Entry &&entry) {
  kept_ += entry.size();
  entries_.push_front(std::move(entry));
  while (entries_.size() > most_entries || (kept_ > most_kept_ && entries_.size() > 1)) {
    kept_ -= entries_.back().size();
    entries_.pop_back();
  }
}

}  // namespace slipring::web
