#include "outgoing.hpp"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <utility>

#include "common/close_code.hpp"

namespace slipring::websocket {
namespace {

// Copied and waiting at most, but for one message of any size.
constexpr std::size_t most_waiting = 64 * 1024;
constexpr std::size_t max_reason = 123;

constexpr std::uint16_t code(CloseCode code) {
  return static_cast<std::uint16_t>(code);
}

// Without what `frame` wrote, which is for servers.
std::string payload_of(const slipring_frame &frame) {
  std::string payload;
  std::size_t size = LWS_PRE;
  for (std::uint32_t i = 0; i < frame.piece_count; ++i) size += frame.pieces[i].size;
  payload.reserve(size);
  payload.append(LWS_PRE, '\0');
  for (std::uint32_t i = 0; i < frame.piece_count; ++i) {
    payload.append(sdk::view(frame.pieces[i]).substr(i == 0 ? frame.header_size : 0));
  }
  return payload;
}

unsigned char *bytes_of(std::string &with_room) {
  return reinterpret_cast<unsigned char *>(with_room.data()) + LWS_PRE;
}

}  // namespace

Outgoing::Outgoing(Shard &shard, ::lws *wsi) : shard_(shard), wsi_(wsi) {}

void Outgoing::opened(slipring_session session) {
  session_ = session;
  alive();
}

std::size_t Outgoing::write(const slipring_frame *frames, std::size_t count) {
  std::size_t taken = 0;
  while (taken < count && !closing_ && !vanished_) {
    if (!waiting_.empty() && waiting_bytes_ >= most_waiting) break;
    waiting_.push_back({payload_of(frames[taken]), frames[taken].kind});
    waiting_bytes_ += waiting_.back().bytes.size();
    ++taken;
  }
  refused_ = taken < count;
  if (taken > 0) want_to_write();
  return taken;
}

void Outgoing::want_to_write() {
  lws_callback_on_writable(wsi_);
  shard_.pump.touch();
}

bool Outgoing::writeable() {
  if (vanished_) return false;
  if (wants_ping_) {
    wants_ping_ = false;
    std::array<unsigned char, LWS_PRE> empty{};
    if (lws_write(wsi_, empty.data() + LWS_PRE, 0, LWS_WRITE_PING) < 0) return false;
    if (!waiting_.empty() || closing_) want_to_write();
    return true;
  }
  if (waiting_.empty()) return !closing_ || close_sent_ || send_close();
  Message message = std::move(waiting_.front());
  waiting_.pop_front();
  waiting_bytes_ -= message.bytes.size();
  const auto kind = message.kind == SLIPRING_MESSAGE_TEXT ? LWS_WRITE_TEXT : LWS_WRITE_BINARY;
  if (lws_write(wsi_, bytes_of(message.bytes), message.bytes.size() - LWS_PRE, kind) < 0) {
    return false;
  }
  if (!waiting_.empty() || closing_) want_to_write();
  if (refused_ && waiting_bytes_ < most_waiting) {
    refused_ = false;
    shard_.sessions.writable(shard_.host.raw(), session_);
  }
  return true;
}

void Outgoing::set_reading(bool reading) {
  if (paused_ == !reading) return;
  paused_ = !reading;
  lws_rx_flow_control(wsi_, reading ? 1 : 0);
  shard_.pump.touch();
  paused_ ? shard_.liveness.suspend(*this) : alive();
}

void Outgoing::close(std::uint16_t with, std::string_view reason) {
  if (code_ || vanished_) return;
  reason_ = reason.substr(0, max_reason);
  end(with);
  closing_ = true;
  set_reading(true);  // to see the answer
  want_to_write();
}

// libwebsockets offers no Close frame to write; see Connection::close. So it is masked here.
bool Outgoing::send_close() {
  close_sent_ = true;
  std::array<unsigned char, 4> mask{};
  if (getrandom(mask.data(), mask.size(), 0) != static_cast<ssize_t>(mask.size())) return false;
  std::string payload;
  if (*code_ != code(CloseCode::none_given)) {
    payload += static_cast<char>(*code_ >> 8);
    payload += static_cast<char>(*code_);
    payload += reason_;
  }
  std::string frame(LWS_PRE, '\0');
  frame += '\x88';
  frame += static_cast<char>(0x80 | payload.size());
  frame.append(reinterpret_cast<const char *>(mask.data()), mask.size());
  for (std::size_t i = 0; i < payload.size(); ++i) {
    frame += static_cast<char>(static_cast<unsigned char>(payload[i]) ^ mask[i % mask.size()]);
  }
  return lws_write(wsi_, bytes_of(frame), frame.size() - LWS_PRE, LWS_WRITE_RAW) >= 0;
}

void Outgoing::received(std::string_view bytes) {
  if (code_ || vanished_) return;
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

bool Outgoing::peer_closes(std::string_view payload) {
  if (close_sent_ || vanished_) return false;  // that is the answer
  const bool has_code = payload.size() >= 2;
  const auto theirs =
      static_cast<std::uint16_t>(has_code ? static_cast<unsigned char>(payload[0]) << 8 |
                                                static_cast<unsigned char>(payload[1])
                                          : code(CloseCode::none_given));
  if (!code_) end(theirs);
  return true;
}

void Outgoing::closed() {
  const std::uint16_t with = vanished_ || !code_ ? code(CloseCode::vanished) : *code_;
  if (with == code(CloseCode::invalid_data)) shard_.counters.invalid_utf8.add();
  shard_.liveness.suspend(*this);
  shard_.sessions.closed(shard_.host.raw(), session_, with, {});
}

void Outgoing::send_ping() {
  shard_.counters.pings_sent.add();
  wants_ping_ = true;
  want_to_write();
}

void Outgoing::found_dead() {
  shard_.counters.dead_peers.add();
  vanish();
}

void Outgoing::close_overdue() {
  shard_.counters.close_timeouts.add();
  vanish();
}

void Outgoing::alive() {
  if (paused_) return;
  if (shard_.liveness.alive(*this, Shard::now())) shard_.schedule();
}

void Outgoing::end(std::uint16_t with) {
  code_ = with;
  shard_.liveness.closing(*this, Shard::now());
  shard_.schedule();
}

void Outgoing::vanish() {
  vanished_ = true;
  shard_.liveness.suspend(*this);
  shard_.library.drop(wsi_);
  shard_.pump.touch();
}

}  // namespace slipring::websocket
