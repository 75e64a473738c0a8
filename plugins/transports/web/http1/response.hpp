// One response on a link: its head, its body framed as the head said, its end.
//
// Not thread-safe.
#pragma once

#include <slipring/ext/profile-http.h>

#include <cstddef>
#include <cstdint>
#include <span>

#include "link.hpp"
#include "response_head.hpp"

namespace slipring::web {

class Response {
 public:
  Response(bool to_head, bool to_http10) : to_head_(to_head), to_http10_(to_http10) {}

  // The final head has been sent.
  bool begun() const { return begun_; }
  // Only the end of the connection shows where the body ends.
  bool ends_by_close() const { return framing_ == Framing::close; }

  // Sends the final head, which says whether the connection goes on. Answers whether it can:
  // `keep_alive`, unless the body ends by its close. REQUIRES: is_valid(head), not begun.
  bool begin(Link &link, const slipring_http_head &head, bool keep_alive);

  // Sends body bytes until the link is full, and answers how many it took. What is beyond the
  // promised length, or in answer to HEAD, 204, 205, 304, is taken and not sent. REQUIRES: begun.
  std::size_t write(Link &link, std::span<const slipring_bytes> pieces);

  // Ends the body; answers whether it was as long as promised. REQUIRES: begun,
  // are_valid_fields(trailers).
  bool finish(Link &link, std::span<const slipring_field> trailers);

 private:
  HeadFields framing_of(const slipring_http_head &head) const;

  std::uint64_t left_ = 0;  // of the promised length
  Framing framing_ = Framing::none;
  bool begun_ = false;
  const bool to_head_;
  const bool to_http10_;
};

}  // namespace slipring::web
