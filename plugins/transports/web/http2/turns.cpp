// Who may write when there is not room for all.
//
// A stream that could not send all waits. It is told `writable` when its own window has room and
// its turn has come: the most urgent first, among equals the one that waits longest (RFC 9218 §10).
// In one go as many are told as there is room for, as far as it is known what they want; once they
// have written and room is left, the others follow.
#include <algorithm>

#include "http2/http2.hpp"
#include "http2/stream.hpp"

namespace slipring::web {
namespace {

// Bytes of one turn. What is of use only as a whole gets longer ones.
std::size_t turn_size(const Http2Stream &stream) {
  return stream.priority.incremental ? 16 * 1024 : 64 * 1024;
}

// Nobody knows how much a link takes; what is told beyond it waits again.
constexpr std::size_t most_at_once = 128 * 1024;

}  // namespace

std::size_t Http2::room() const {
  if (link_.full() || terminating_ || ended_) return 0;
  const auto window = nghttp2_session_get_remote_window_size(session_.get());
  return window <= 0 ? 0 : std::min(static_cast<std::size_t>(window), most_at_once);
}

Http2Stream *Http2::next_waiting() const {
  Http2Stream *next = nullptr;
  for (Http2Stream *const stream : waiting_) {
    if (next != nullptr && next->priority.urgency <= stream->priority.urgency) continue;
    const auto window = nghttp2_session_get_stream_remote_window_size(session_.get(), stream->id());
    if (window > 0) next = stream;
  }
  return next;
}

bool Http2::waits_for_turn() const {
  return !waiting_.empty() && room() != 0 && next_waiting() != nullptr;
}

std::size_t Http2::turn(Http2Stream &stream, std::size_t wanted) {
  const bool told = std::exchange(stream.told, false);
  const Http2Stream *const other = waiting_.empty() ? nullptr : next_waiting();
  if (other == nullptr) return wanted;
  if (!told && other->priority.urgency <= stream.priority.urgency) return 0;
  return std::min(wanted, turn_size(stream));
}

void Http2::wait_turn(Http2Stream &stream) {
  if (std::find(waiting_.begin(), waiting_.end(), &stream) == waiting_.end()) {
    waiting_.push_back(&stream);
  }
}

void Http2::tell_waiting() {
  std::size_t left = room();
  while (left != 0 && room() != 0) {
    Http2Stream *const next = next_waiting();
    if (next == nullptr) return;
    std::erase(waiting_, next);
    left -= std::min({left, next->wanted, turn_size(*next)});
    next->told = true;
    next->writable();
  }
}

}  // namespace slipring::web
