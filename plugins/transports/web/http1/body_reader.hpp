// Reads a request's body from a stream of bytes, in any cut: of a known length, or in chunks (RFC
// 9112 §7.1). Its bytes are given out where they lie; only trailers are copied.
//
// Not thread-safe; a reader is for one body.
#pragma once

#include <slipring/ext/profile-http.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chunk_extension.hpp"
#include "common/http_error.hpp"
#include "settings.hpp"

namespace slipring::web {

class BodyReader {
 public:
  enum class Event {
    starved,  // every byte was taken
    data,     // `bytes` are the next of the body
    ended,    // the last byte, chunk and trailer were taken
    refused
  };
  struct Part {
    Event event;
    std::string_view bytes;
  };

  // `length`: of the body, or SLIPRING_LENGTH_UNKNOWN: in chunks. REQUIRES: `limits` outlives the
  // reader.
  BodyReader(std::uint64_t length, const HttpLimits &limits);
  ~BodyReader();
  BodyReader(const BodyReader &) = delete;
  BodyReader &operator=(const BodyReader &) = delete;

  // Takes the next part from the front of `bytes`. With the last of a body of known length
  // `complete` is already true. REQUIRES: not `complete`, and nothing was refused.
  Part next(std::span<char> &bytes);

  bool complete() const { return place_ == Place::complete; }

  // Bytes still to come; of a body in chunks SLIPRING_LENGTH_UNKNOWN until it is complete.
  std::uint64_t remaining() const {
    if (complete()) return 0;
    return chunked_ ? SLIPRING_LENGTH_UNKNOWN : left_;
  }

  // Trailers, names in lower case; valid as long as the reader. REQUIRES: complete.
  std::span<const slipring_field> trailers() const;

  // REQUIRES: `next` answered `refused`.
  const websocket::HttpError &error() const { return error_; }

 private:
  enum class Place : std::uint8_t {
    data,
    size,       // digits of a chunk's size
    extension,  // behind them, up to CR
    size_lf,    // LF of that line
    data_cr,    // CR behind a chunk
    data_lf,    // and its LF
    trailers,   // up to the empty line
    complete
  };
  struct Trailers;

  Part take_data(std::span<char> &bytes);
  Part take_trailers(std::span<char> &bytes);
  bool step(char c);
  bool step_size(char c);
  bool step_extension(char c);
  bool end_size_line();
  bool count_line_byte();
  bool read_trailers();
  bool refuse(int status, std::string message);

  const HttpLimits &limits_;
  std::uint64_t left_;          // of the body, or of the chunk being read
  std::uint64_t total_ = 0;     // of all chunks so far
  std::size_t line_ = 0;        // bytes of the chunk's size line
  std::size_t extensions_ = 0;  // bytes of all extensions
  std::unique_ptr<Trailers> trailers_;
  ChunkExtension extension_;
  Place place_;
  bool chunked_;
  websocket::HttpError error_;
};

}  // namespace slipring::web
