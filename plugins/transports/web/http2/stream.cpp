// The request's half of a stream, and how it ends. The response's half is in stream_output.cpp.
#include "http2/stream.hpp"

#include <slipring/cpp/bytes.hpp>

#include "host_refusal.hpp"
#include "http2/http2.hpp"
#include "http2/tunnel.hpp"

namespace slipring::web {
namespace {

// What a client is told by RST_STREAM (RFC 9113 §7). REFUSED_STREAM would promise that nothing was
// done, which nobody knows here.
std::uint32_t error_code(slipring_status status) {
  switch (status) {
    case SLIPRING_OK:
      return NGHTTP2_NO_ERROR;
    case SLIPRING_CANCELLED:
    case SLIPRING_DEADLINE_EXCEEDED:
    case SLIPRING_ABORTED:
    case SLIPRING_UNAVAILABLE:
      return NGHTTP2_CANCEL;
    case SLIPRING_RESOURCE_EXHAUSTED:
      return NGHTTP2_ENHANCE_YOUR_CALM;
    default:
      return NGHTTP2_INTERNAL_ERROR;
  }
}

}  // namespace

Http2Stream::Http2Stream(Http2 &http2, std::int32_t id) : http2_(http2), id_(id) {}
Http2Stream::~Http2Stream() = default;

Head &Http2Stream::head() {
  if (head_ == nullptr) head_ = std::make_unique<Head>(http2_.context().settings.http);
  return *head_;
}

void Http2Stream::request_came(bool ended) {
  Counters &counters = http2_.context().counters;
  to_head_ = head().method() == "HEAD";
  if (const auto fault = head().check()) {
    counters.bad_requests.add();
    discarding_ = true;
    if (fault->code == 0) return http2_.reset_for_error(*this, NGHTTP2_PROTOCOL_ERROR);
    return answer(fault->code, fault->reason);
  }
  const auto head = std::move(head_);  // trailers get one of their own
  const bool is_tunnel = head->is_tunnel();
  const auto fields = head->fields(is_tunnel);
  slipring_http_request request = head->request();
  const std::string identity = http2_.link().identity();
  request.peer = sdk::bytes(http2_.link().peer());
  request.identity = sdk::bytes(identity);
  request.fields = fields.data();
  request.field_count = fields.size();
  request.length = ended ? 0 : head->length();
  if (is_tunnel) return open_tunnel(request);
  owes_continue_ = head->expects_continue() && !ended;
  if (!ended) http2_.context().deadlines.set(*this, Wait::body);
  end_given_ = request.length == 0;
  open_exchange(request);
}

void Http2Stream::open_exchange(slipring_http_request &request) {
  Front::Opened opened = http2_.context().front.open(*this, request);
  if (opened.status != SLIPRING_OK) {
    discarding_ = true;
    owes_continue_ = false;
    const HostRefusal refusal =
        host_refusal(std::move(opened), {request.fields, request.field_count});
    return answer(refusal.code, refusal.body, refusal.fields);
  }
  session_ = opened.session;
  if (reading_) submit_continue();
}

void Http2Stream::open_tunnel(slipring_http_request &request) {
  tunnel_ = std::make_unique<Http2Tunnel>(*this);
  Upgrade upgrade = http2_.open_websocket()(http2_.context(), *tunnel_, request);
  if (upgrade.protocol == nullptr) {
    tunnel_.reset();
    discarding_ = true;
    return answer(upgrade.code, upgrade.reason, upgrade.fields);
  }
  std::vector<slipring_field> fields;
  fields.reserve(upgrade.fields.size());
  for (const auto &[name, value] : upgrade.fields) {
    fields.push_back({sdk::bytes(name), sdk::bytes(value)});
  }
  slipring_http_head head{};
  head.struct_size = sizeof head;
  head.code = 200;
  head.fields = fields.data();
  head.field_count = fields.size();
  head.length = SLIPRING_LENGTH_UNKNOWN;
  submit(head);
  tunnel_->become(std::move(upgrade.protocol), {});
}

void Http2Stream::trailers_came() {
  if (discarding_ || over_) return head_.reset();
  // A tunnel carries DATA only (RFC 9113 §8.5).
  if (tunnel_ != nullptr) return http2_.reset_for_error(*this, NGHTTP2_PROTOCOL_ERROR);
  if (head_ != nullptr && head_->too_large()) {
    refuse_rest(431, "the trailers are too large", SLIPRING_RESOURCE_EXHAUSTED);
  }
}

void Http2Stream::data_came(std::span<char> bytes) {
  used_ += bytes.size();
  if (over_) return;
  if (discarding_) return open_window();
  received_ += bytes.size();
  if (tunnel_ == nullptr && received_ > http2_.context().settings.http.body) {
    return refuse_rest(413, "the request body is too large", SLIPRING_RESOURCE_EXHAUSTED);
  }
  if (!reading_ || !held_.empty()) {
    held_.append(bytes.data(), bytes.size());
    return;
  }
  give(bytes);
  if (reading_) open_window();
}

void Http2Stream::give(std::span<char> bytes) {
  if (tunnel_ != nullptr) return tunnel_->came(bytes);
  http2_.context().front.body(session_, {bytes.data(), bytes.size()}, true);
}

// Of the stream; the connection's was opened when the bytes came.
void Http2Stream::open_window() {
  if (used_ == 0 || over_) return;
  nghttp2_session_consume_stream(http2_.session(), id_, used_);
  used_ = 0;
}

void Http2Stream::peer_ended() {
  if (input_ended_ || over_) return;
  input_ended_ = true;
  http2_.context().deadlines.cancel(*this);
  if (reading_ && held_.empty()) give_end();
}

void Http2Stream::give_end() {
  if (end_given_ || discarding_) return;
  end_given_ = true;
  if (tunnel_ != nullptr) return tunnel_->peer_ended();
  if (const auto trailers = std::move(head_)) {
    http2_.context().front.trailers(session_, trailers->fields(false));
  }
  http2_.context().front.body(session_, {}, false);
}

void Http2Stream::go_on() {
  if (!reading_ || over_ || discarding_) return;
  if (!held_.empty()) {
    std::string held = std::exchange(held_, {});
    give(held);
  }
  if (!reading_ || over_) return;
  open_window();
  if (input_ended_) give_end();
}

void Http2Stream::set_reading(bool reading) {
  if (tunnel_ == nullptr && !discarding_) set_input(reading);  // also inside Front::open
}

void Http2Stream::set_input(bool reading) {
  if (reading == reading_ || over_) return;
  reading_ = reading;
  Deadlines &deadlines = http2_.context().deadlines;
  if (!reading) {  // a client that is kept waiting is not late
    if (tunnel_ == nullptr) deadlines.cancel(*this);
    return;
  }
  if (tunnel_ == nullptr && !input_ended_) deadlines.set(*this, Wait::body);
  submit_continue();
  http2_.resume(*this);
}

void Http2Stream::discard_input() {
  discarding_ = true;
  held_ = {};
  open_window();
}

void Http2Stream::late(Wait what) {
  if (what == Wait::body) {
    http2_.context().counters.timeouts.add();
    refuse_rest(408, "the request body took too long", SLIPRING_DEADLINE_EXCEEDED);
  } else {  // the peer's END_STREAM behind ours, of a tunnel
    cut(NGHTTP2_CANCEL, SLIPRING_OK);
  }
  http2_.flush_for_host();
}

void Http2Stream::refuse_rest(int code, std::string_view reason, slipring_status status) {
  discard_input();
  http2_.context().deadlines.cancel(*this);
  if (responded_) return cut(NGHTTP2_CANCEL, status);
  if (session_ != 0) http2_.report(std::exchange(session_, 0), status);
  answer(code, reason);
}

void Http2Stream::reset(slipring_status why) {
  if (session_ == 0) return;
  cut(error_code(why), why == SLIPRING_OK ? SLIPRING_CANCELLED : why);
}

void Http2Stream::cut(std::uint32_t error, slipring_status status) {
  if (!over_) http2_.reset(*this, error, status);
}

void Http2Stream::set_status(slipring_status status) {
  if (status_ == SLIPRING_PENDING) status_ = status;
}

void Http2Stream::closed(slipring_status otherwise) {
  over_ = true;
  set_status(otherwise);
  held_ = {};
  http2_.context().deadlines.cancel(*this);
  if (session_ != 0) http2_.report(std::exchange(session_, 0), status_);
}

void Http2Stream::buried() {
  if (tunnel_ != nullptr) tunnel_->lost();
}

void Http2Stream::drain() {
  if (tunnel_ != nullptr) tunnel_->drain();
}

}  // namespace slipring::web
