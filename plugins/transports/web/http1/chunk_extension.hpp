// The extensions of a chunk, byte by byte (RFC 9112 §7.1.1). They mean nothing here and are checked
// all the same: where they end is where the chunk begins.
//
//   chunk-ext = *( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] )
#pragma once

#include <cstdint>

namespace slipring::web {

class ChunkExtension {
 public:
  // Whether `c` may stand here.
  bool step(char c);
  // Whether the line may end here.
  bool may_end() const;

 private:
  enum class Place : std::uint8_t {
    before,       // nothing yet
    before_sign,  // white space, then ";"
    before_name,
    name,
    behind_name,
    before_value,
    token,
    quoted,
    escaped,
    behind_value
  };

  bool become(Place place) {
    place_ = place;
    return true;
  }

  Place place_ = Place::before;
};

}  // namespace slipring::web
