// The response's half of a stream: heads, DATA frames made of what is lent, the end.
#include <algorithm>
#include <array>
#include <slipring/cpp/bytes.hpp>

#include "http2/http2.hpp"
#include "http2/response.hpp"
#include "http2/stream.hpp"
#include "http2/tunnel.hpp"

namespace slipring::web {
namespace {

std::size_t size_of(std::span<const slipring_bytes> pieces) {
  std::size_t size = 0;
  for (const slipring_bytes &piece : pieces) size += piece.size;
  return size;
}

ssize_t read_data(nghttp2_session *, std::int32_t id, std::uint8_t *, std::size_t room,
                  std::uint32_t *flags, nghttp2_data_source *, void *user_data) {
  Http2Stream *const stream = static_cast<Http2 *>(user_data)->stream(id);
  if (stream == nullptr) return NGHTTP2_ERR_DEFERRED;
  return stream->next_data(room, *flags);
}

std::string one_line(std::string_view text) {
  std::string line(text);
  for (char &c : line) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return line + '\n';
}

}  // namespace

void Http2Stream::respond(const slipring_http_head &head) {
  if (session_ == 0 || responded_ || head.code == 101) return;  // no 101 in HTTP/2 (§8.6)
  if (ResponseHead(head).fields().are_legal()) {
    submit(head);
  } else {
    refuse_rest(500, "the answer could not be sent", SLIPRING_INTERNAL);
  }
  http2_.flush_for_host();
}

void Http2Stream::submit(const slipring_http_head &head) {
  const ResponseHead made(head);
  const FieldList &fields = made.fields();
  if (head.code < 200) {
    nghttp2_submit_headers(http2_.session(), NGHTTP2_FLAG_NONE, id_, nullptr, fields.data(),
                           fields.size(), nullptr);
    return;
  }
  responded_ = true;
  bodyless_ = is_bodyless(static_cast<int>(head.code), to_head_);
  nghttp2_data_provider provider{};
  provider.read_callback = read_data;
  nghttp2_submit_response(http2_.session(), id_, fields.data(), fields.size(),
                          bodyless_ ? nullptr : &provider);
}

void Http2Stream::submit_continue() {
  if (!owes_continue_ || responded_ || input_ended_ || received_ != 0) return;
  owes_continue_ = false;
  slipring_http_head head{};
  head.struct_size = sizeof head;
  head.code = 100;
  submit(head);
}

void Http2Stream::answer(int code, std::string_view reason, const TextFields &more) {
  own_body_ = reason.empty() ? std::string() : one_line(reason);
  std::vector<slipring_field> fields;
  fields.reserve(more.size() + 2);
  const auto names_type = [](const auto &field) { return field.first == "content-type"; };
  if (!own_body_.empty() && std::ranges::none_of(more, names_type)) {
    fields.push_back({sdk::bytes("content-type"), sdk::bytes("text/plain; charset=utf-8")});
  }
  if (code == 503) fields.push_back({sdk::bytes("retry-after"), sdk::bytes("1")});
  for (const auto &[name, value] : more) {
    fields.push_back({sdk::bytes(name), sdk::bytes(value)});
  }
  slipring_http_head head{};
  head.struct_size = sizeof head;
  head.code = static_cast<std::uint32_t>(code);
  head.fields = fields.data();
  head.field_count = fields.size();
  head.length = own_body_.size();
  submit(head);
  finishing_ = true;
}

std::size_t Http2Stream::write(std::span<const slipring_bytes> pieces) {
  return session_ != 0 ? send(pieces) : size_of(pieces);
}

std::size_t Http2Stream::send(std::span<const slipring_bytes> pieces) {
  const std::size_t size = size_of(pieces);
  if (over_ || bodyless_ || finishing_ || size == 0) return size;  // nobody will see it
  const std::size_t allowed = http2_.turn(*this, size);
  pieces_ = pieces;
  piece_at_ = 0;
  left_ = allowed;
  if (allowed != 0) {
    nghttp2_session_resume_data(http2_.session(), id_);
    http2_.flush();
  }
  const std::size_t taken = over_ ? size : allowed - left_;
  pieces_ = {};
  left_ = 0;
  wanted = size - taken;
  if (wanted != 0) http2_.wait_turn(*this);
  if (taken != 0 || wanted == 0) http2_.see_to_rest();
  return taken;
}

void Http2Stream::finish(std::span<const slipring_field> trailers) {
  if (session_ == 0) return;
  if (!responded_) return reset(SLIPRING_INTERNAL);
  trailers_.reserve(trailers.size());
  for (const slipring_field &field : trailers) {
    trailers_.emplace_back(sdk::view(field.name), sdk::view(field.value));
  }
  end_output();
}

void Http2Stream::end_output() {
  finishing_ = true;
  nghttp2_session_resume_data(http2_.session(), id_);
  http2_.flush_for_host();
}

void Http2Stream::writable() {
  if (tunnel_ != nullptr) return tunnel_->writable();
  if (session_ != 0) http2_.context().front.exchange_writable(session_);
}

// RFC 9113 §8.1: who has answered whole may ask a client to stop sending.
void Http2Stream::response_sent() {
  set_status(SLIPRING_OK);
  if (input_ended_) return;
  if (tunnel_ != nullptr) {
    http2_.context().deadlines.set(*this, Wait::close);
  } else {
    nghttp2_submit_rst_stream(http2_.session(), NGHTTP2_FLAG_NONE, id_, NGHTTP2_NO_ERROR);
  }
}

std::size_t Http2Stream::available() const {
  return left_ + own_body_.size() - own_at_;
}

ssize_t Http2Stream::next_data(std::size_t room, std::uint32_t &flags) {
  if (over_ || http2_.link().full()) return NGHTTP2_ERR_DEFERRED;
  const std::size_t size = std::min(room, available());
  const bool last = finishing_ && size == available();
  if (size == 0 && !last) return NGHTTP2_ERR_DEFERRED;
  flags |= NGHTTP2_DATA_FLAG_NO_COPY;
  if (last) flags |= NGHTTP2_DATA_FLAG_EOF;
  if (last && submit_trailers()) flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
  return static_cast<ssize_t>(size);
}

bool Http2Stream::submit_trailers() {
  FieldList fields;
  for (const auto &[name, value] : trailers_) {
    const slipring_field field{sdk::bytes(name), sdk::bytes(value)};
    fields.add({&field, 1});
  }
  if (fields.size() == 0 || !fields.are_legal()) return false;
  return nghttp2_submit_trailer(http2_.session(), id_, fields.data(), fields.size()) == 0;
}

void Http2Stream::send_data(std::string_view frame_header, std::size_t size) {
  Link &link = http2_.link();
  link.send(frame_header);
  while (size != 0 && left_ != 0) {
    const std::string_view piece = sdk::view(pieces_.front()).substr(piece_at_);
    const std::string_view part = piece.substr(0, std::min({piece.size(), size, left_}));
    link.send(part);
    size -= part.size();
    left_ -= part.size();
    piece_at_ += part.size();
    if (part.size() == piece.size()) {
      pieces_ = pieces_.subspan(1);
      piece_at_ = 0;
    }
  }
  if (size != 0) link.send(std::string_view(own_body_).substr(own_at_, size));
  own_at_ += size;
}

}  // namespace slipring::web
