// Heads and trailers as the host keeps them while they wait: in one buffer, to be lent as the
// structs of slipring/ext/profile-http.h.
//
// Thread-safety: plain values; a buffer stays on its shard.
#pragma once

#include <slipring/ext/profile-http.h>

#include <boost/container/small_vector.hpp>
#include <span>

#include "base/buffer.hpp"

namespace slipring::session {

// Names are tokens in lower case and none of those that frame a message (RFC 9110 §5.1, §7.6.1);
// values have no control characters but tabs and no space around them (§5.5).
bool are_sound(std::span<const slipring_field> fields);

// A code that an adapter may answer with, and sound fields.
bool is_sound(const slipring_http_head &head);

BufferRef keep(const slipring_http_head &head);
// Trailers: a head without code.
BufferRef keep(std::span<const slipring_field> fields);

// Borrows what a buffer made by keep() holds.
class KeptHead {
 public:
  // An empty buffer: no fields.
  explicit KeptHead(const BufferRef &buffer);
  KeptHead(const KeptHead &) = delete;
  KeptHead &operator=(const KeptHead &) = delete;

  const slipring_http_head *abi() const { return &head_; }

 private:
  boost::container::small_vector<slipring_field, 16> fields_;
  slipring_http_head head_{};
};

}  // namespace slipring::session
