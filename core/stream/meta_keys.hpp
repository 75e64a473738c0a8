// Keys of what the log keeps of itself, in the family `meta`.
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "stream/keys.hpp"

namespace slipring::stream {

inline constexpr std::string_view format_key = "format";
inline constexpr std::string_view machine_key = "machine";
// Its value says nothing: it is written where something has to be.
inline constexpr std::string_view pad_key = "pad";
inline constexpr std::string_view streams_prefix = "stream/";

inline std::string meta_key(uint32_t stream) {
  return std::string(streams_prefix) + stream_key(stream);
}

// Prefix of a stream's chunks.
inline std::string chunks_key(uint32_t stream) {
  return "chunk/" + stream_key(stream);
}

inline std::string chunk_key(uint32_t stream, uint64_t first) {
  return "chunk/" + record_key(stream, first);
}

// How many events a stream with a count per topic has.
inline std::string live_key(uint32_t stream) {
  return "live/" + stream_key(stream);
}

}  // namespace slipring::stream
