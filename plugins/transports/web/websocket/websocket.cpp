#include "websocket.hpp"

#include <algorithm>
#include <array>
#include <slipring/cpp/bytes.hpp>
#include <utility>

#include "common/close_code.hpp"
#include "common/frame.hpp"
#include "compression.hpp"

namespace slipring::web {
namespace {

using websocket::may_be_sent;
using websocket::Utf8;

// A control frame's payload is at most 125 bytes; of a Close two are its code (RFC 6455 §5.5).
constexpr std::size_t max_control = 125;
constexpr std::size_t max_reason = max_control - 2;

constexpr std::uint16_t number(CloseCode code) {
  return static_cast<std::uint16_t>(code);
}

bool is_utf8(std::string_view text) {
  Utf8 utf8;
  return utf8.feed(text) && utf8.complete();
}

// As much as fits into a Close frame, without a character cut in two.
std::string_view fitting(std::string_view reason) {
  if (reason.size() <= max_reason) return reason;
  std::size_t size = max_reason;
  while (size > 0 && (static_cast<unsigned char>(reason[size]) & 0xc0) == 0x80) --size;
  return reason.substr(0, size);
}

std::size_t size_of(const slipring_frame &frame) {
  std::size_t size = 0;
  for (std::uint32_t i = 0; i < frame.piece_count; ++i) size += frame.pieces[i].size;
  return size;
}

// The message in a frame: where it lies when it lies in one piece, else in `joined`.
std::string_view payload_of(const slipring_frame &frame, std::string &joined) {
  const std::string_view first = sdk::view(frame.pieces[0]).substr(frame.header_size);
  if (frame.piece_count == 1) return first;
  if (frame.piece_count == 2 && first.empty()) return sdk::view(frame.pieces[1]);
  joined = first;
  for (std::uint32_t i = 1; i < frame.piece_count; ++i) joined += sdk::view(frame.pieces[i]);
  return joined;
}

}  // namespace

static_assert(sizeof(WebSocket) <= 160, "of the many idle connections each takes this");

WebSocket::WebSocket(Context &context, Link &link, const Deflation &deflation)
    : context_(context), link_(link), messages_(deflation) {}

WebSocket::~WebSocket() {
  messages_.stop(context_);
  if (messages_.deflation().enabled) context_.compression->release(messages_.deflation());
}

void WebSocket::opened(slipring_session session) {
  session_ = session;
  alive();
}

// ── from the host ───────────────────────────────────────────────────────────────────────────────

std::size_t WebSocket::write(std::span<const slipring_frame> frames) {
  const bool may_write = state_ == State::open || state_ == State::closed;
  bool has_room = may_write && !link_.full();
  std::size_t taken = 0;
  while (has_room && taken < frames.size()) has_room = send(frames[taken++]);
  short_write_ = taken < frames.size();
  return taken;
}

bool WebSocket::send(const slipring_frame &frame) {
  if (messages_.deflation().enabled) {
    const std::string_view made = compressed(frame);
    if (!made.empty()) return link_.send(made);
  }
  bool has_room = true;
  for (std::uint32_t i = 0; i < frame.piece_count; ++i) {
    has_room = link_.send(sdk::view(frame.pieces[i]));
  }
  return has_room;
}

// Empty: to be sent as it is.
std::string_view WebSocket::compressed(const slipring_frame &frame) {
  const std::size_t size = size_of(frame) - frame.header_size;
  if (size < context_.settings.websocket.compress_from) return {};
  Compression &compression = *context_.compression;
  return compression.cache().frame(static_cast<Opcode>(frame.kind),
                                   payload_of(frame, compression.joined()),
                                   messages_.deflation().server_bits);
}

void WebSocket::set_reading(bool reading) {
  paused_ = !reading;
  const bool is_opening = session_ == 0;  // then `receive` stops the link
  if (is_opening || state_ != State::open) return;
  link_.set_reading(reading);
  reading ? alive() : context_.deadlines.cancel(*this);
}

void WebSocket::close(std::uint16_t code, std::string_view reason) {
  if (state_ != State::open) return;
  send_close(code, fitting(reason));
  state_ = State::closing;
  rare().code = code;
  context_.deadlines.set(*this, Wait::close);
  if (paused_) link_.set_reading(true);  // to see the answer
}

// ── from the link ───────────────────────────────────────────────────────────────────────────────

void WebSocket::receive(std::span<char> bytes) {
  if (paused_ && state_ == State::open) link_.set_reading(false);
  alive();
  while (listens()) {
    const bool ignored = state_ == State::closing;  // what the host does not want to know
    const std::uint64_t limit = context_.settings.websocket.message;
    const FrameReader::Found found =
        frames_.next(bytes, {.compression = messages_.deflation().enabled,
                             .room = ignored ? UINT64_MAX : messages_.room(limit)});
    switch (found.what) {
      case FrameReader::What::nothing:
        return;
      case FrameReader::What::error:
        fail(found.violation);
        return;
      case FrameReader::What::control:
        control(found.opcode, {found.payload.data(), found.payload.size()});
        break;
      case FrameReader::What::data:
        if (ignored) break;
        if (const Violation violation = messages_.take(found, context_, session_)) fail(violation);
        break;
    }
  }
}

void WebSocket::writable() {
  if (rare_ != nullptr && rare_->pong && state_ == State::open) {
    send_control(Opcode::pong, *rare_->pong);
  }
  if (state_ == State::open) rare_.reset();
  alive();
  const bool host_waits = std::exchange(short_write_, false);
  if (!host_waits || state_ == State::closing || state_ == State::over) return;
  if (state_ == State::closed) context_.deadlines.set(*this, Wait::soon);
  context_.front.messages_writable(session_);
}

void WebSocket::peer_ended() {
  if (listens()) {
    rare().code = number(CloseCode::vanished);
    finish();
  }
}

void WebSocket::lost() {
  context_.deadlines.cancel(*this);
  const bool vanished = listens();
  const std::uint16_t code = vanished ? number(CloseCode::vanished) : rare().code;
  const std::string reason = rare().reason;
  state_ = State::over;
  context_.front.messages_closed(std::exchange(session_, 0), code, reason);
}

// ── control frames ──────────────────────────────────────────────────────────────────────────────

void WebSocket::control(Opcode opcode, std::string_view payload) {
  if (opcode == Opcode::close) return peer_closes(payload);
  if (opcode == Opcode::ping && state_ == State::open) answer_ping(payload);
}

// Of several pings that wait for an answer only the latest gets one (RFC 6455 §5.5.3).
void WebSocket::answer_ping(std::string_view payload) {
  if (link_.full()) {
    rare().pong = payload;
  } else {
    send_control(Opcode::pong, payload);
  }
}

void WebSocket::send_control(Opcode opcode, std::string_view payload) {
  std::array<char, 2 + max_control> frame;
  const std::size_t header = websocket::write_frame_header(
      opcode, payload.size(), reinterpret_cast<std::uint8_t *>(frame.data()));
  char *const end = std::copy(payload.begin(), payload.end(), frame.data() + header);
  link_.send({frame.data(), static_cast<std::size_t>(end - frame.data())});
}

// ── endings ─────────────────────────────────────────────────────────────────────────────────────

void WebSocket::send_close(std::uint16_t code, std::string_view reason) {
  std::array<char, max_control> payload;
  payload[0] = static_cast<char>(code >> 8);
  payload[1] = static_cast<char>(code & 0xff);
  char *const end = std::copy(reason.begin(), reason.end(), payload.data() + 2);
  send_control(Opcode::close, {payload.data(), static_cast<std::size_t>(end - payload.data())});
}

// RFC 6455 §5.5.1, §7.4.
void WebSocket::peer_closes(std::string_view payload) {
  if (payload.empty()) return peer_closed(number(CloseCode::none_given), {});
  if (payload.size() == 1) return fail({CloseCode::protocol_error, "half a close code"});
  const auto code = static_cast<std::uint16_t>(static_cast<unsigned char>(payload[0]) << 8 |
                                               static_cast<unsigned char>(payload[1]));
  if (!may_be_sent(code)) return fail({CloseCode::protocol_error, "a close code no peer may send"});
  if (!is_utf8(payload.substr(2))) {
    return fail({CloseCode::invalid_data, "the reason of the Close is not UTF-8"});
  }
  peer_closed(code, payload.substr(2));
}

// What the host has for it by the end of the round goes out before the answer.
void WebSocket::peer_closed(std::uint16_t code, std::string_view reason) {
  if (state_ == State::closing) return finish();
  state_ = State::closed;
  rare().code = code;
  rare().reason = reason;
  rare().since = context_.deadlines.now();
  messages_.stop(context_);
  context_.deadlines.set(*this, Wait::soon);
}

void WebSocket::answer_close() {
  if (!short_write_) {
    const bool has_code = rare_->code != number(CloseCode::none_given);
    has_code ? send_close(rare_->code, {}) : send_control(Opcode::close, {});
    finish();
  } else if (context_.deadlines.now() - rare_->since < context_.settings.times.close) {
    context_.deadlines.set(*this, Wait::close);
  } else {
    late(Wait::close);
  }
}

// RFC 6455 §7.1.7. A peer that breaks the rules instead of answering our Close has not answered.
void WebSocket::fail(const Violation &violation) {
  context_.counters.websocket_errors.add();
  const bool has_closed = state_ == State::closing;
  if (!has_closed) send_close(violation.code, violation.why);
  rare().code = has_closed ? number(CloseCode::vanished) : violation.code;
  finish();
}

void WebSocket::finish() {
  state_ = State::over;
  messages_.stop(context_);
  context_.deadlines.cancel(*this);
  link_.finish();
}

// ── liveness ────────────────────────────────────────────────────────────────────────────────────

void WebSocket::late(Wait what) {
  switch (what) {
    case Wait::silence:
      return silent();
    case Wait::pong:
      return no_pong();
    case Wait::soon:
      return answer_close();
    default:
      context_.counters.close_timeouts.add();
      link_.drop();
  }
}

// A sign of life. The silence of one that nobody reads from means nothing.
void WebSocket::alive() {
  if (state_ == State::open && !paused_) context_.deadlines.refresh(*this, Wait::silence);
}

// A ping would wait behind what fills the link; whether that moves says as much.
void WebSocket::silent() {
  if (link_.full()) {
    rare().progress = link_.progress();
  } else {
    context_.counters.pings_sent.add();
    link_.send({reinterpret_cast<const char *>(websocket::ping_frame.data()),
                websocket::ping_frame.size()});
  }
  context_.deadlines.set(*this, Wait::pong);
}

void WebSocket::no_pong() {
  if (link_.full() && rare_ != nullptr && link_.progress() != rare_->progress) return alive();
  context_.counters.dead_peers.add();
  link_.drop();
}

WebSocket::Rare &WebSocket::rare() {
  if (rare_ == nullptr) rare_ = std::make_unique<Rare>();
  return *rare_;
}

}  // namespace slipring::web
