#include "stream/checksum.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "stream/deduplication_id.hpp"

namespace slipring::stream {

uint64_t checksum(std::string_view bytes, uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

DeduplicationId deduplication_id(const event::Event &event) {
  const flatbuffers::String *source = event.root().source();
  std::string text = source == nullptr ? std::string() : source->str();
  text += '\0';  // in no text of an event
  text += event.deduplication_id();
  const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
  return {hash.high64, hash.low64};
}

}  // namespace slipring::stream
