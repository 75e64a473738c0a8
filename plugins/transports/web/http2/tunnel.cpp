#include "http2/tunnel.hpp"

#include <slipring/cpp/bytes.hpp>

#include "http2/http2.hpp"
#include "http2/stream.hpp"

namespace slipring::web {
namespace {

// Bytes that may wait before the tunnel is full.
constexpr std::size_t enough = 16 * 1024;

}  // namespace

bool Http2Tunnel::send(std::string_view bytes) {
  if (over_ || finishing_) return true;
  if (waiting_.empty()) {
    const slipring_bytes piece = sdk::bytes(bytes);
    const std::size_t sent = stream_.send({&piece, 1});
    sent_ += sent;
    bytes.remove_prefix(sent);
  }
  waiting_.append(bytes);
  told_full_ = told_full_ || full();
  return !full();
}

bool Http2Tunnel::full() const {
  return waiting_.size() >= enough;
}

void Http2Tunnel::set_reading(bool reading) {
  stream_.set_input(reading);
}

void Http2Tunnel::finish() {
  if (over_ || finishing_) return;
  finishing_ = true;
  stream_.discard_input();
  if (waiting_.empty()) stream_.end_output();
}

void Http2Tunnel::drop() {
  if (over_) return;
  stream_.cut(NGHTTP2_CANCEL, SLIPRING_CANCELLED);
}

void Http2Tunnel::become(std::unique_ptr<Protocol> next, std::span<char> rest) {
  if (protocol_ != nullptr) return drop();
  protocol_ = std::move(next);
  if (!rest.empty()) protocol_->receive(rest);
}

std::string_view Http2Tunnel::peer() const {
  return stream_.http2().link().peer();
}

bool Http2Tunnel::is_secure() const {
  return stream_.http2().link().is_secure();
}

void Http2Tunnel::came(std::span<char> bytes) {
  if (!over_) protocol_->receive(bytes);
}

void Http2Tunnel::peer_ended() {
  if (!over_ && !finishing_) protocol_->peer_ended();
}

void Http2Tunnel::write() {
  const slipring_bytes piece = sdk::bytes(waiting_);
  const std::size_t sent = stream_.send({&piece, 1});
  sent_ += sent;
  if (sent == waiting_.size()) {
    waiting_ = {};
  } else {
    waiting_.erase(0, sent);
  }
}

void Http2Tunnel::writable() {
  if (over_) return;
  if (!waiting_.empty()) write();
  if (over_ || !waiting_.empty()) return;
  if (finishing_) return stream_.end_output();
  if (!told_full_) return;
  told_full_ = false;
  protocol_->writable();
}

void Http2Tunnel::lost() {
  over_ = true;
  if (protocol_ != nullptr) protocol_->lost();
}

void Http2Tunnel::drain() {
  if (!over_ && !finishing_) protocol_->drain();
}

}  // namespace slipring::web
