#include "response.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <slipring/cpp/bytes.hpp>
#include <string>
#include <string_view>

namespace slipring::web {
namespace {

// So many bytes are sent before the link is asked again whether it has room.
constexpr std::size_t slice_size = 64 * 1024;

// What is left of a list of pieces.
class Pieces {
 public:
  explicit Pieces(std::span<const slipring_bytes> pieces) : pieces_(pieces) {}

  // REQUIRES: so many bytes are left.
  void send(Link &link, std::size_t size) {
    while (size > 0) {
      const std::string_view piece = sdk::view(pieces_.front()).substr(sent_);
      const std::string_view part = piece.substr(0, size);
      if (!part.empty()) link.send(part);
      size -= part.size();
      sent_ += part.size();
      if (part.size() == piece.size()) {
        pieces_ = pieces_.subspan(1);
        sent_ = 0;
      }
    }
  }

 private:
  std::span<const slipring_bytes> pieces_;
  std::size_t sent_ = 0;  // of the first piece
};

void send_chunk_size(Link &link, std::size_t size) {
  std::array<char, 20> line;
  char *end = std::to_chars(line.data(), line.data() + line.size() - 2, size, 16).ptr;
  *end++ = '\r';
  *end++ = '\n';
  link.send({line.data(), static_cast<std::size_t>(end - line.data())});
}

bool never_has_body(std::uint32_t code) {
  return code == 204 || code == 205 || code == 304;
}

}  // namespace

// RFC 9112 §6.3, RFC 9110 §8.6.
HeadFields Response::framing_of(const slipring_http_head &head) const {
  HeadFields fields;
  const bool known = head.length != SLIPRING_LENGTH_UNKNOWN;
  if (never_has_body(head.code)) {
    const bool as_200 = head.code == 304 && known && head.length > 0;  // RFC 9110 §15.4.5
    fields.names_length = head.code == 205 || as_200;
    fields.length = as_200 ? head.length : 0;
    return fields;
  }
  fields.length = known ? head.length : 0;
  if (to_head_) {
    fields.names_length = known;
  } else if (known) {
    fields.framing = Framing::length;
  } else {
    fields.framing = to_http10_ ? Framing::close : Framing::chunked;
  }
  return fields;
}

bool Response::begin(Link &link, const slipring_http_head &head, bool keep_alive) {
  HeadFields fields = framing_of(head);
  begun_ = true;
  framing_ = fields.framing;
  left_ = framing_ == Framing::length ? fields.length : 0;
  keep_alive &= framing_ != Framing::close;
  if (!keep_alive) {
    fields.connection = "close";
  } else if (to_http10_) {
    fields.connection = "keep-alive";
  }
  link.send(render_head(head, fields));
  return keep_alive;
}

std::size_t Response::write(Link &link, std::span<const slipring_bytes> pieces) {
  std::size_t given = 0;
  for (const slipring_bytes &piece : pieces) given += piece.size;
  if (framing_ == Framing::none) return given;
  const std::size_t size = framing_ == Framing::length
                               ? static_cast<std::size_t>(std::min<std::uint64_t>(given, left_))
                               : given;
  Pieces rest(pieces);
  std::size_t taken = 0;
  while (taken < size && !link.full()) {
    const std::size_t slice = std::min(size - taken, slice_size);
    if (framing_ == Framing::chunked) send_chunk_size(link, slice);
    rest.send(link, slice);
    if (framing_ == Framing::chunked) link.send("\r\n");
    taken += slice;
  }
  if (framing_ == Framing::length) left_ -= taken;
  return taken == size ? given : taken;
}

bool Response::finish(Link &link, std::span<const slipring_field> trailers) {
  if (framing_ == Framing::chunked) {
    std::string end = "0\r\n";
    append_fields(end, trailers);
    end += "\r\n";
    link.send(end);
  }
  return left_ == 0;
}

}  // namespace slipring::web
