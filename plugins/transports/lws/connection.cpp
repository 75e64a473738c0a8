#include "connection.hpp"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "close_code.hpp"
#include "frame.hpp"
#include "tcp_progress.hpp"

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
  alive();
}

// Joins frames into as few writes as possible: a system call costs more than hundreds of bytes. A
// frame is never split over two writes, because libwebsockets may put a pong between them.
std::size_t Connection::write(const slipring_frame *frames, std::size_t count) {
  std::size_t taken = 0;
  while (taken < count && !blocked_ && !ending_ && !vanished_) {
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
    blocked_ = true;
    shard_.pump.touch();
  }
}

void Connection::set_reading(bool reading) {
  paused_ = !reading;
  if (wsi_ == nullptr || ending_ || vanished_) return;
  lws_rx_flow_control(wsi_, reading ? 1 : 0);
  shard_.pump.touch();
  paused_ ? shard_.liveness.suspend(*this) : alive();
}

void Connection::close(std::uint16_t code, std::string_view reason) {
  if (ending_ || vanished_) return;
  end({code, std::string(reason.substr(0, max_reason)), false});
  if (paused_) lws_rx_flow_control(wsi_, 1);  // to see the client's answer
  lws_callback_on_writable(wsi_);
  shard_.pump.touch();
}

void Connection::received(std::string_view bytes) {
  if (ending_ || vanished_) return;
  alive();
  const bool is_text = lws_frame_is_binary(wsi_) == 0;
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

void Connection::pong_received() {
  alive();
}

bool Connection::peer_closes(unsigned char *payload, std::size_t size) {
  if (ending_ || vanished_) return true;
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

bool Connection::writeable() {
  if (ending_ && !ending_->from_peer) {
    auto *const reason = reinterpret_cast<unsigned char *>(ending_->reason.data());
    lws_close_reason(wsi_, static_cast<lws_close_status>(ending_->code), reason,
                     ending_->reason.size());
    return false;
  }
  if (blocked_ && lws_partial_buffered(wsi_) == 0) {
    blocked_ = false;
    alive();
    shard_.sessions.writable(shard_.host.raw(), session_);
  }
  return true;
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
    acknowledged_ = acknowledged_bytes(lws_get_socket_fd(wsi_));
    return;
  }
  shard_.counters.pings_sent.add();
  auto ping = ping_frame;
  write_bytes(ping.data(), ping.size());
}

void Connection::found_dead() {
  if (blocked_ && acknowledged_bytes(lws_get_socket_fd(wsi_)) != acknowledged_) {
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
  shard_.liveness.alive(*this, Shard::now());
  shard_.schedule();
}

void Connection::end(Ending ending) {
  ending_ = std::make_unique<Ending>(std::move(ending));
  shard_.liveness.closing(*this, Shard::now());
  shard_.schedule();
}

void Connection::vanish() {
  vanished_ = true;
  shard_.liveness.suspend(*this);
  shard_.library.drop(wsi_);
  shard_.pump.touch();
}

}  // namespace slipring::websocket
