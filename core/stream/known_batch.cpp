#include "stream/known_batch.hpp"

#include "stream/checksum.hpp"
#include "stream/fields.hpp"

namespace slipring::stream {

std::string encode_known(std::span<const Known> known) {
  std::string value;
  for (const Known &one : known) put(value, one);
  put(value, checksum(value));
  return value;
}

std::optional<std::vector<Known>> decode_known(std::string_view value) {
  static_assert(sizeof(Known) == 4 * sizeof(uint64_t));
  if (value.size() % sizeof(Known) != sizeof(uint64_t)) return std::nullopt;
  const std::string_view content = value.substr(0, value.size() - sizeof(uint64_t));
  if (FieldReader(value.substr(content.size())).get<uint64_t>() != checksum(content)) {
    return std::nullopt;
  }
  std::vector<Known> known(content.size() / sizeof(Known));
  FieldReader fields(content);
  for (Known &one : known) one = fields.get<Known>();
  return known;
}

}  // namespace slipring::stream
