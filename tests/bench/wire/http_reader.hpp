// HttpReader: the responses of HTTP/1.1 that come on one connection, one behind the other, with a
// length, in chunks (RFC 9112 §7.1), until the connection ends, or without a body.
//
// It finds the bytes of a body and believes the server in everything else: this measures, and
// nobody attacks it.
//
// Thread-safety: none.
#pragma once

#include <cstdint>
#include <string_view>

namespace slipring::bench {

class HttpReader {
 public:
  // Hears what the server answers. Text is valid for the call.
  class Listener {
   public:
    // `text`: status line and fields.
    virtual void head(unsigned status, std::string_view text) = 0;
    virtual void body(std::string_view piece) = 0;
    // Of the response.
    virtual void ended() = 0;

   protected:
    ~Listener() = default;
  };

  // Answers how much of `bytes` is used; the rest is offered again when there is more.
  size_t receive(std::string_view bytes, Listener &listener);

 private:
  enum class Expects : uint8_t { head, body, chunk_size, chunk, chunk_end, trailers };

  // One step each: how much of `bytes` it has used; 0: it needs more.
  size_t read_head(std::string_view bytes, Listener &listener);
  size_t read_body(std::string_view bytes, Listener &listener);
  size_t read_line(std::string_view bytes, Listener &listener);
  void end(Listener &listener);

  Expects expects_ = Expects::head;
  uint64_t left_ = 0;  // of the body, or of the chunk
};

}  // namespace slipring::bench
