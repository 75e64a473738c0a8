// What comes, frame by frame, as libnghttp2 reports it.
#include <algorithm>
#include <cstring>

#include "http2/http2.hpp"
#include "http2/ping.hpp"
#include "http2/stream.hpp"

namespace slipring::web {
namespace {

// What is longer is no priority that anybody needs.
constexpr std::size_t max_priority_update = 256;

}  // namespace

Http2Stream *Http2::stream(std::int32_t id) {
  return static_cast<Http2Stream *>(nghttp2_session_get_stream_user_data(session(), id));
}

// Not 0 from the first failure on: libnghttp2 then reads no further.
int Http2::verdict() const {
  return failure_ == NGHTTP2_NO_ERROR ? 0 : NGHTTP2_ERR_CALLBACK_FAILURE;
}

void Http2::count(Floods::Kind kind) {
  if (failure_ != NGHTTP2_NO_ERROR) return;
  if (floods_.count(kind, context_.settings.http2, context_.deadlines.now())) return;
  flooded();
}

void Http2::refuse(std::uint32_t error) {
  failure_ = error;
}

void Http2::flooded() {
  refuse(NGHTTP2_ENHANCE_YOUR_CALM);
  context_.counters.floods.add();
}

int Http2::frame_begins(const nghttp2_frame_hd &frame) {
  // libnghttp2 ignores it, because it ignores priorities of that kind (RFC 9113 §6.3).
  if (frame.type == NGHTTP2_PRIORITY && frame.stream_id == 0) refuse(NGHTTP2_PROTOCOL_ERROR);
  in_head_ = frame.type == NGHTTP2_HEADERS || frame.type == NGHTTP2_CONTINUATION;
  return verdict();
}

int Http2::headers_begin(const nghttp2_frame &frame) {
  if (frame.hd.type != NGHTTP2_HEADERS || frame.headers.cat != NGHTTP2_HCAT_REQUEST) {
    return verdict();
  }
  auto stream = std::make_unique<Http2Stream>(*this, frame.hd.stream_id);
  nghttp2_session_set_stream_user_data(session(), frame.hd.stream_id, stream.get());
  streams_.push_back(std::move(stream));
  return verdict();
}

int Http2::header(const nghttp2_frame &frame, std::string_view name, std::string_view value) {
  Http2Stream *const stream = this->stream(frame.hd.stream_id);
  if (stream != nullptr && !stream->head().add(name, value)) flooded();
  return verdict();
}

int Http2::data(std::int32_t id, std::span<char> bytes) {
  nghttp2_session_consume_connection(session(), bytes.size());
  if (Http2Stream *const stream = this->stream(id)) stream->data_came(bytes);
  return verdict();
}

int Http2::frame_came(const nghttp2_frame &frame) {
  switch (frame.hd.type) {
    case NGHTTP2_HEADERS:
      headers_came(frame);
      break;
    case NGHTTP2_DATA:
      if (frame.hd.length == frame.data.padlen && !(frame.hd.flags & NGHTTP2_FLAG_END_STREAM)) {
        count(Floods::Kind::chatter);
      }
      break;
    default:
      control_came(frame);
  }
  const bool has_end = frame.hd.type == NGHTTP2_HEADERS || frame.hd.type == NGHTTP2_DATA;
  if (has_end && (frame.hd.flags & NGHTTP2_FLAG_END_STREAM)) {
    if (Http2Stream *const stream = this->stream(frame.hd.stream_id)) stream->peer_ended();
  }
  return verdict();
}

void Http2::headers_came(const nghttp2_frame &frame) {
  in_head_ = false;
  Http2Stream *const stream = this->stream(frame.hd.stream_id);
  if (stream == nullptr) return;
  if (frame.headers.cat != NGHTTP2_HCAT_REQUEST) return stream->trailers_came();
  had_request_ = requested_ = true;
  floods_.work();
  context_.counters.requests.add();
  stream->priority = parse_priority(stream->head().priority());
  const auto early = std::find_if(early_.begin(), early_.end(), [&](const auto &each) {
    return each.first == frame.hd.stream_id;
  });
  if (early != early_.end()) {
    stream->priority = early->second;
    early_.erase(early);
  }
  stream->request_came((frame.hd.flags & NGHTTP2_FLAG_END_STREAM) != 0);
}

void Http2::control_came(const nghttp2_frame &frame) {
  const bool is_ack = (frame.hd.flags & NGHTTP2_FLAG_ACK) != 0;
  switch (frame.hd.type) {
    case NGHTTP2_PING:
      if (!is_ack || !ping_answered(frame.ping)) count(Floods::Kind::chatter);
      break;
    case NGHTTP2_SETTINGS:
      if (!is_ack) count(Floods::Kind::chatter);
      break;
    case NGHTTP2_RST_STREAM:
      if (Http2Stream *const stream = this->stream(frame.hd.stream_id)) {
        stream->set_status(SLIPRING_CANCELLED);
      }
      count(Floods::Kind::reset);
      break;
    case NGHTTP2_PRIORITY_UPDATE:
      take_priority(frame);
      count(Floods::Kind::update);
      break;
    default:
      count(Floods::Kind::update);
  }
}

bool Http2::ping_answered(const nghttp2_ping &ping) {
  const bool draining =
      std::memcmp(ping.opaque_data, draining_ping.data(), draining_ping.size()) == 0;
  if (draining && drain_ == Drain::announced) {
    go_away();
    return true;
  }
  return waits_for_ == Wait::pong;
}

int Http2::priority_update_part(std::string_view bytes) {
  if (priority_update_.size() <= max_priority_update) priority_update_.append(bytes);
  return verdict();
}

// It may come before its stream does (RFC 9218 §7.1).
void Http2::take_priority(const nghttp2_frame &frame) {
  const std::string update = std::exchange(priority_update_, {});
  if (update.size() < 4) return refuse(NGHTTP2_FRAME_SIZE_ERROR);
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) number = number << 8 | static_cast<std::uint8_t>(update[i]);
  const auto id = static_cast<std::int32_t>(number & 0x7fffffff);
  const bool of_client = id % 2 == 1;
  if (frame.hd.stream_id != 0 || !of_client) return refuse(NGHTTP2_PROTOCOL_ERROR);
  if (update.size() > max_priority_update) return;
  const Priority priority = parse_priority(std::string_view(update).substr(4));
  if (Http2Stream *const stream = this->stream(id)) {
    stream->priority = priority;
    return;
  }
  if (id <= nghttp2_session_get_last_proc_stream_id(session())) return;
  std::erase_if(early_, [&](const auto &each) { return each.first == id; });
  if (early_.size() < context_.settings.http2.streams) early_.emplace_back(id, priority);
}

int Http2::frame_invalid(const nghttp2_frame &frame) {
  in_head_ = false;
  if (Http2Stream *const stream = this->stream(frame.hd.stream_id)) {
    if (frame.hd.type == NGHTTP2_HEADERS) context_.counters.bad_requests.add();
    stream->set_status(SLIPRING_INVALID_ARGUMENT);
  }
  count(Floods::Kind::reset);
  return verdict();
}

int Http2::stream_closed(std::int32_t id) {
  if (Http2Stream *const stream = this->stream(id)) close(*stream, SLIPRING_CANCELLED);
  return 0;
}

int Http2::frame_sent(const nghttp2_frame &frame) {
  if (frame.hd.type == NGHTTP2_GOAWAY && frame.goaway.error_code != NGHTTP2_NO_ERROR) {
    const bool flood = frame.goaway.error_code == NGHTTP2_ENHANCE_YOUR_CALM;
    if (!flood) context_.counters.http2_errors.add();
    end_status_ = flood ? SLIPRING_RESOURCE_EXHAUSTED : SLIPRING_INVALID_ARGUMENT;
    terminating_ = true;
  }
  if (frame.hd.type == NGHTTP2_GOAWAY && drain_ == Drain::announced) {
    // Behind it: its ack says that the client has seen the announcement.
    nghttp2_submit_ping(session(), NGHTTP2_FLAG_NONE, draining_ping.data());
  }
  if (frame.hd.type == NGHTTP2_DATA) floods_.work();
  Http2Stream *const stream = this->stream(frame.hd.stream_id);
  if (stream == nullptr) return 0;
  if (frame.hd.type == NGHTTP2_RST_STREAM) {
    // By libnghttp2 itself: a body that differs from its content-length.
    if (stream->has_status()) return 0;
    stream->set_status(SLIPRING_INVALID_ARGUMENT);
    count(Floods::Kind::reset);
    return 0;
  }
  const bool may_end = frame.hd.type == NGHTTP2_DATA || frame.hd.type == NGHTTP2_HEADERS;
  if (may_end && (frame.hd.flags & NGHTTP2_FLAG_END_STREAM)) stream->response_sent();
  return 0;
}

}  // namespace slipring::web
