#include "connection.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>
#include <vector>

#include "common/close_code.hpp"
#include "common/frame.hpp"

namespace slipring::websocket {
namespace {

// A Close frame's payload is at most 125 bytes, two of them the code (RFC 6455 §5.5).
constexpr std::size_t max_reason = 123;

constexpr std::uint16_t code(CloseCode code) {
  return static_cast<std::uint16_t>(code);
}

std::size_t size_of(const slipring_frame &frame) {
  std::size_t size = 0;
  for (std::uint32_t i = 0; i < frame.piece_count; ++i) size += frame.pieces[i].size;
  return size;
}

unsigned char *append(unsigned char *to, const slipring_frame &frame) {
  for (std::uint32_t i = 0; i < frame.piece_count; ++i) {
    const slipring_bytes &piece = frame.pieces[i];
    if (piece.size != 0) std::memcpy(to, piece.data, piece.size);
    to += piece.size;
  }
  return to;
}

}  // namespace

void Connection::established(::lws *wsi) {
  wsi_ = wsi;
  lws_set_opaque_user_data(wsi, this);
  apply_reading();
  alive();
}

// Joins frames into as few writes as possible: a system call costs more than hundreds of bytes. A
// frame is never split over two writes, because libwebsockets may put a pong between them.
std::size_t Connection::write(const slipring_frame *frames, std::size_t count) {
  std::size_t taken = 0;
  // To a client that closes, what it asked for before goes out before the answer to its Close.
  const bool closing = ending_ && !ending_->from_peer;
  while (taken < count && !blocked_ && !closing && !vanished_) {
    unsigned char *const begin = shard_.join.data() + LWS_PRE;
    unsigned char *end = begin;
    const std::size_t first = taken;
    for (; taken < count; ++taken) {
      const auto room = Shard::join_bytes - static_cast<std::size_t>(end - begin);
      if (size_of(frames[taken]) > room) break;
      end = append(end, frames[taken]);
    }
    if (taken == first) {
      write_large(frames[taken++]);
    } else {
      write_bytes(begin, static_cast<std::size_t>(end - begin));
    }
  }
  return taken;
}

void Connection::write_large(const slipring_frame &frame) {
  if (frame.piece_count == 1) {
    // A raw write only reads its bytes.
    write_bytes(const_cast<std::uint8_t *>(frame.pieces[0].data), frame.pieces[0].size);
    return;
  }
  std::vector<unsigned char> whole(size_of(frame));
  append(whole.data(), frame);
  write_bytes(whole.data(), whole.size());
}

void Connection::write_bytes(unsigned char *bytes, std::size_t size) {
  if (lws_write(wsi_, bytes, size, LWS_WRITE_RAW) < 0) {
    vanish();
  } else if (lws_partial_buffered(wsi_)) {
    if (!blocked_) stuck();
  }
}

void Connection::set_reading(bool reading) {
  paused_ = !reading;
  if (wsi_ == nullptr) return;
  apply_reading();
  paused_ ? shard_.liveness.suspend(*this) : alive();
}

void Connection::apply_reading() {
  const bool reading = !hold_input_ && (!paused_ || close_sent_);
  if (reading == reading_) return;
  reading_ = reading;
  lws_rx_flow_control(wsi_, reading ? 1 : 0);
  shard_.pump.touch();
}

// When libwebsockets reads a Close while output is stuck it drops the client instead of answering;
// when it reads a FIN it spins on it for seconds. So nothing is read for a moment, in which most
// stuck output moves again; then input goes on, because a slow reader may have something to say,
// and FINs are looked for.
void Connection::stuck() {
  blocked_ = true;
  hold_input_ = true;
  apply_reading();
  shard_.stuck.push(static_cast<StuckEntry &>(*this), Shard::now());
  shard_.schedule();
  shard_.pump.touch();
}

void Connection::unstuck() {
  blocked_ = false;
  hold_input_ = false;
  apply_reading();
  StuckEntry::leave();
  alive();
}

void Connection::still_stuck(DeadlineQueue::Entry &entry) {
  static_cast<Connection &>(static_cast<StuckEntry &>(entry)).look_after_stuck();
}

void Connection::look_after_stuck() {
  if (shard_.peer_has_finished(lws_get_socket_fd(wsi_))) {
    vanish();
    return;
  }
  hold_input_ = false;
  apply_reading();
  shard_.stuck.push(static_cast<StuckEntry &>(*this), Shard::now());
}

// The Close frame is written here, like any other frame. libwebsockets' own way of closing, from a
// callback, loses the frame on libuv in the build that Debian ships: it closes twice in a row.
void Connection::close(std::uint16_t code, std::string_view reason) {
  if (ending_ || vanished_) return;
  end({code, std::string(reason.substr(0, max_reason)), false});
  if (!blocked_) send_close();
}

void Connection::send_close() {
  std::array<unsigned char, 2 + 125> frame;
  const std::size_t payload = 2 + ending_->reason.size();
  unsigned char *to = frame.data() + write_frame_header(Opcode::close, payload, frame.data());
  *to++ = static_cast<unsigned char>(ending_->code >> 8);
  *to++ = static_cast<unsigned char>(ending_->code);
  to = std::copy(ending_->reason.begin(), ending_->reason.end(), to);
  close_sent_ = true;
  apply_reading();  // to see the answer
  write_bytes(frame.data(), static_cast<std::size_t>(to - frame.data()));
  shard_.pump.touch();
}

void Connection::received(std::string_view bytes) {
  if (ending_ || vanished_) return;
  alive();
  const bool is_text = lws_frame_is_binary(wsi_) == 0;
  if (!check_header(bytes, is_text ? Opcode::text : Opcode::binary)) {
    close(code(CloseCode::protocol_error), "frames have to be masked and their lengths short");
    return;
  }
  const bool last = lws_is_final_fragment(wsi_) != 0;
  if (is_text) {
    if (lws_is_first_fragment(wsi_) != 0) text_.reset();
    if (!text_.feed(bytes) || (last && !text_.complete())) {
      close(code(CloseCode::invalid_data), "text is not UTF-8");
      return;
    }
  }
  const slipring_message message = {
      .bytes = sdk::bytes(bytes),
      .kind = is_text ? std::uint8_t{SLIPRING_MESSAGE_TEXT} : std::uint8_t{SLIPRING_MESSAGE_BINARY},
      .more = last ? std::uint8_t{0} : std::uint8_t{1},
      .pad_ = {}};
  shard_.sessions.receive(shard_.host.raw(), session_, &message);
}

bool Connection::check_header(std::string_view payload, Opcode opcode) {
  const std::size_t before = std::exchange(frame_left_, lws_remaining_packet_payload(wsi_));
  if (before != 0 || payload.empty()) return true;
  const FrameHeader header(shard_.read_buffer,
                           reinterpret_cast<const unsigned char *>(payload.data()),
                           payload.size() + frame_left_);
  const bool first = !std::exchange(received_frame_, true);
  return !header.is_wrong() && !(first && header.is_unmasked(static_cast<unsigned>(opcode)));
}

void Connection::pong_received() {
  alive();
}

bool Connection::peer_closes(unsigned char *payload, std::size_t size) {
  if (close_sent_ || vanished_) return false;  // that is the answer; RFC 6455 §7.1.1: TCP is next
  shard_.pump.hold();                          // until the host has written what is due
  if (size == 0) {
    end({code(CloseCode::none_given), {}, true});
    return true;
  }
  if (size == 1) {  // half a code cannot be sent back
    end({code(CloseCode::protocol_error), {}, true});
    lws_close_reason(wsi_, LWS_CLOSE_STATUS_PROTOCOL_ERR, nullptr, 0);
    return false;
  }
  auto peers_code = static_cast<std::uint16_t>(payload[0] << 8 | payload[1]);
  std::string reason(reinterpret_cast<char *>(payload) + 2, size - 2);
  if (Utf8 text; !text.feed(reason) || !text.complete()) {
    peers_code = code(CloseCode::invalid_data);
    std::fill(reason.begin(), reason.end(), '?');
  } else if (!may_be_sent(peers_code)) {
    peers_code = code(CloseCode::protocol_error);
  }
  payload[0] = static_cast<unsigned char>(peers_code >> 8);
  payload[1] = static_cast<unsigned char>(peers_code);
  std::copy(reason.begin(), reason.end(), payload + 2);
  end({peers_code, std::move(reason), true});
  return true;
}

void Connection::writeable() {
  if (!blocked_ || lws_partial_buffered(wsi_) != 0) return;
  unstuck();
  if (!ending_) {
    shard_.sessions.writable(shard_.host.raw(), session_);
  } else if (!ending_->from_peer && !close_sent_) {
    send_close();
  }
}

void Connection::closed() {
  if (!ending_) {
    // A protocol error that libwebsockets found and answered itself.
    const bool answered = wsi_ != nullptr && !vanished_ && lws_get_close_length(wsi_) >= 2;
    const unsigned char *const payload = answered ? lws_get_close_payload(wsi_) : nullptr;
    const auto found = answered ? static_cast<std::uint16_t>(payload[0] << 8 | payload[1])
                                : code(CloseCode::vanished);
    ending_ = std::make_unique<Ending>(Ending{found, {}, false});
  } else if (vanished_ && !ending_->from_peer) {
    ending_->code = code(CloseCode::vanished);
  }
  if (ending_->code == code(CloseCode::protocol_error)) shard_.counters.protocol_errors.add();
  if (ending_->code == code(CloseCode::invalid_data)) shard_.counters.invalid_utf8.add();
  const std::string_view reason = ending_->from_peer ? ending_->reason : std::string_view{};
  shard_.sessions.closed(shard_.host.raw(), session_, ending_->code, sdk::bytes(reason));
}

void Connection::send_ping() {
  if (blocked_) {
    // It would wait behind what is stuck; whether that moves says as much.
    acknowledged_ = shard_.acknowledged_bytes(lws_get_socket_fd(wsi_));
    return;
  }
  shard_.counters.pings_sent.add();
  auto ping = ping_frame;
  write_bytes(ping.data(), ping.size());
}

void Connection::found_dead() {
  if (blocked_ && shard_.acknowledged_bytes(lws_get_socket_fd(wsi_)) != acknowledged_) {
    alive();
    return;
  }
  shard_.counters.dead_peers.add();
  vanish();
}

void Connection::close_overdue() {
  shard_.counters.close_timeouts.add();
  vanish();
}

void Connection::alive() {
  if (paused_) return;
  if (shard_.liveness.alive(*this, Shard::now())) shard_.schedule();
}

void Connection::end(Ending ending) {
  ending_ = std::make_unique<Ending>(std::move(ending));
  shard_.liveness.closing(*this, Shard::now());
  shard_.schedule();
}

void Connection::vanish() {
  vanished_ = true;
  shard_.liveness.suspend(*this);
  StuckEntry::leave();
  shard_.library.drop(wsi_);
  shard_.pump.touch();
}

}  // namespace slipring::websocket
