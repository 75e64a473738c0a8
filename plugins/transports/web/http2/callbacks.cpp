// From libnghttp2's C callbacks to the Http2 that owns the session.
#include "http2/http2.hpp"
#include "http2/stream.hpp"

namespace slipring::web {
namespace {

Http2 &owner(void *user_data) {
  return *static_cast<Http2 *>(user_data);
}

std::string_view text(const std::uint8_t *bytes, std::size_t size) {
  return {reinterpret_cast<const char *>(bytes), size};
}

int on_begin_frame(nghttp2_session *, const nghttp2_frame_hd *frame, void *user_data) {
  return owner(user_data).frame_begins(*frame);
}

int on_begin_headers(nghttp2_session *, const nghttp2_frame *frame, void *user_data) {
  return owner(user_data).headers_begin(*frame);
}

int on_header(nghttp2_session *, const nghttp2_frame *frame, const std::uint8_t *name,
              std::size_t name_size, const std::uint8_t *value, std::size_t value_size,
              std::uint8_t, void *user_data) {
  return owner(user_data).header(*frame, text(name, name_size), text(value, value_size));
}

// Otherwise a field with an illegal byte would be left out and the request go on without it.
int on_invalid_header(nghttp2_session *, const nghttp2_frame *, const std::uint8_t *, std::size_t,
                      const std::uint8_t *, std::size_t, std::uint8_t, void *) {
  return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
}

// What was received lies in the buffer that Protocol::receive was lent to be changed.
int on_data(nghttp2_session *, std::uint8_t, std::int32_t id, const std::uint8_t *bytes,
            std::size_t size, void *user_data) {
  char *const begin = reinterpret_cast<char *>(const_cast<std::uint8_t *>(bytes));
  return owner(user_data).data(id, {begin, size});
}

// Of PRIORITY_UPDATE, which libnghttp2 would keep a stream for before there is one.
int on_extension_chunk(nghttp2_session *, const nghttp2_frame_hd *, const std::uint8_t *bytes,
                       std::size_t size, void *user_data) {
  return owner(user_data).priority_update_part(text(bytes, size));
}

int on_unpack_extension(nghttp2_session *, void **payload, const nghttp2_frame_hd *, void *) {
  *payload = nullptr;
  return 0;
}

int on_frame(nghttp2_session *, const nghttp2_frame *frame, void *user_data) {
  return owner(user_data).frame_came(*frame);
}

int on_invalid_frame(nghttp2_session *, const nghttp2_frame *frame, int, void *user_data) {
  return owner(user_data).frame_invalid(*frame);
}

int on_stream_close(nghttp2_session *, std::int32_t id, std::uint32_t, void *user_data) {
  return owner(user_data).stream_closed(id);
}

int on_frame_sent(nghttp2_session *, const nghttp2_frame *frame, void *user_data) {
  return owner(user_data).frame_sent(*frame);
}

int on_send_data(nghttp2_session *, nghttp2_frame *frame, const std::uint8_t *frame_header,
                 std::size_t size, nghttp2_data_source *, void *user_data) {
  constexpr std::size_t frame_header_size = 9;
  Http2Stream *const stream = owner(user_data).stream(frame->hd.stream_id);
  if (stream == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  stream->send_data(text(frame_header, frame_header_size), size);
  return 0;
}

}  // namespace

void set_callbacks(nghttp2_session_callbacks *callbacks) {
  nghttp2_session_callbacks_set_on_begin_frame_callback(callbacks, on_begin_frame);
  nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, on_begin_headers);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
  nghttp2_session_callbacks_set_on_invalid_header_callback(callbacks, on_invalid_header);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
  nghttp2_session_callbacks_set_on_extension_chunk_recv_callback(callbacks, on_extension_chunk);
  nghttp2_session_callbacks_set_unpack_extension_callback(callbacks, on_unpack_extension);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
  nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(callbacks, on_invalid_frame);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_stream_close);
  nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, on_frame_sent);
  nghttp2_session_callbacks_set_send_data_callback(callbacks, on_send_data);
}

}  // namespace slipring::web
