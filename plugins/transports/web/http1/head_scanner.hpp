// Finds the end of a request's head, or of trailers, while it arrives: lines that end in CR LF, up
// to an empty one. Refuses, at the byte where it shows, what other parsers may read differently
// (RFC 9112 §2.2, §5.2): a bare CR or LF, control bytes, folded lines; and what is over a limit. So
// the answer does not depend on how the bytes are cut.
//
// Not thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "common/http_error.hpp"
#include "settings.hpp"

namespace slipring::web {

class HeadScanner {
 public:
  enum class Kind { head, trailers };
  enum class State { incomplete, complete, refused };

  // REQUIRES: `limits` outlives the scanner.
  HeadScanner(Kind kind, const HttpLimits &limits)
      : limits_(&limits), started_(kind == Kind::trailers), kind_(kind) {}

  // `bytes`: all that has come so far, from the first byte on; they may have moved since the last
  // call. REQUIRES: the last answer was `incomplete`.
  State scan(std::string_view bytes);

  // Bytes looked at; when `complete`, those of the head.
  std::size_t size() const { return seen_; }
  // Where the request line begins: behind the empty line that may come before it.
  std::size_t begin() const { return begin_; }

  // REQUIRES: `scan` answered `refused`.
  const websocket::HttpError &error() const { return error_; }

 private:
  void skip_ordinary(std::string_view bytes);
  bool check_byte(std::string_view bytes);
  bool check_request_line_byte(std::string_view bytes);
  bool end_line(std::string_view bytes);
  bool refuse(int status, std::string message);

  const HttpLimits *limits_;
  std::size_t seen_ = 0;
  std::size_t begin_ = 0;
  std::size_t line_ = 0;    // where the line being read begins
  std::size_t target_ = 0;  // where the target begins; 0: not yet
  std::size_t fields_ = 0;
  bool started_;  // the request line is behind us
  bool target_ended_ = false;
  bool complete_ = false;
  Kind kind_;
  websocket::HttpError error_;
};

}  // namespace slipring::web
