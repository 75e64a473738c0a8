// Reads request heads from a stream of bytes, in any cut: the bytes in, a complete head or a
// refusal out. A head that comes in one piece is read where it lies; only of one that does not is a
// copy kept.
//
// Not thread-safe; a reader is for one head.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "head_scanner.hpp"
#include "request_head.hpp"

namespace slipring::web {

class RequestReader {
 public:
  using State = HeadScanner::State;

  // REQUIRES: `limits` outlives the reader.
  explicit RequestReader(const HttpLimits &limits)
      : limits_(limits), scanner_(HeadScanner::Kind::head, limits) {}

  // Takes from the front of `bytes` what belongs to the head: everything while it is `incomplete`.
  // Once `complete`, `head` borrows from `bytes` and from this reader. REQUIRES: the last answer
  // was `incomplete`.
  State feed(std::span<char> &bytes, RequestHead &head);

  // REQUIRES: `feed` answered `refused`.
  const websocket::HttpError &error() const { return error_; }

 private:
  State read(std::span<char> all, RequestHead &head);

  const HttpLimits &limits_;
  HeadScanner scanner_;
  std::string began_;  // what came in earlier pieces
  websocket::HttpError error_;
};

}  // namespace slipring::web
