// The connection: what comes and goes as a whole, deadlines, the end. What comes frame by frame is
// in frames.cpp, turns of those that write in turns.cpp.
#include "http2/http2.hpp"

#include <algorithm>

#include "http2/ping.hpp"
#include "http2/stream.hpp"

namespace slipring::web {

Http2::Http2(Context &context, Link &link, OpenWebSocket open_websocket)
    : context_(context),
      link_(link),
      open_websocket_(open_websocket),
      session_(make_session(*this, context.settings)) {
  context_.deadlines.set(*this, waits_for_);
}

Http2::~Http2() = default;

void Http2::receive(std::span<char> bytes) {
  if (ended_ || terminating_) return;
  heard_ = true;
  in_library_ = true;
  const auto taken = nghttp2_session_mem_recv(
      session(), reinterpret_cast<const std::uint8_t *>(bytes.data()), bytes.size());
  in_library_ = false;
  if (taken < 0 || failure_ != NGHTTP2_NO_ERROR) fail(static_cast<int>(taken));
  if (giving_way_ && had_request_) drain();
  flush();
  settle();
}

void Http2::fail(int reason) {
  const bool flood = reason == NGHTTP2_ERR_FLOODED || reason == NGHTTP2_ERR_TOO_MANY_CONTINUATIONS;
  if (failure_ == NGHTTP2_NO_ERROR && flood) flooded();
  if (failure_ == NGHTTP2_NO_ERROR) {
    const bool magic = reason == NGHTTP2_ERR_BAD_CLIENT_MAGIC;
    refuse(magic ? NGHTTP2_PROTOCOL_ERROR : NGHTTP2_INTERNAL_ERROR);
  }
  terminate(failure_);
}

void Http2::writable() {
  if (ended_) return;
  heard_ = true;
  for (const auto &stream : streams_) {
    if (stream->has_output()) nghttp2_session_resume_data(session(), stream->id());
  }
  flush();
  settle();
}

// Who ends its half cannot open windows any more nor finish a request, but may wait for answers.
void Http2::peer_ended() {
  if (ended_ || input_ended_) return;
  input_ended_ = true;
  std::vector<Http2Stream *> cut;
  for (const auto &stream : streams_) {
    if (!stream->input_ended()) cut.push_back(stream.get());
  }
  for (Http2Stream *const stream : cut) stream->cut(NGHTTP2_CANCEL, SLIPRING_CANCELLED);
  settle();
}

void Http2::lost() {
  ended_ = true;
  context_.deadlines.cancel(*this);
  close_all(end_status_);
  tell_closed();
}

// RFC 9113 §6.8: what is on its way when the first GOAWAY goes out is still served.
void Http2::drain() {
  if (ended_ || terminating_ || drain_ != Drain::no) return;
  drain_ = Drain::announced;
  nghttp2_submit_shutdown_notice(session());
  for (std::size_t i = 0; i < streams_.size(); ++i) streams_[i]->drain();
  flush_for_host();
  arm();
}

void Http2::give_way() {
  giving_way_ = true;
  if (had_request_) drain();
}

void Http2::go_away() {
  drain_ = Drain::closing;
  nghttp2_submit_goaway(session(), NGHTTP2_FLAG_NONE,
                        nghttp2_session_get_last_proc_stream_id(session()), NGHTTP2_NO_ERROR,
                        nullptr, 0);
}

void Http2::terminate(std::uint32_t error) {
  terminating_ = true;
  nghttp2_session_terminate_session(session(), error);
}

void Http2::late(Wait what) {
  switch (what) {
    case Wait::silence:
      context_.counters.pings_sent.add();
      nghttp2_submit_ping(session(), NGHTTP2_FLAG_NONE, alive_ping.data());
      waits_for_ = Wait::pong;
      context_.deadlines.set(*this, Wait::pong);
      break;
    case Wait::pong:
      context_.counters.dead_peers.add();
      broken_ = true;
      break;
    case Wait::close:
      go_away();
      break;
    case Wait::head:
      context_.counters.timeouts.add();
      terminate(NGHTTP2_NO_ERROR);
      break;
    default:
      terminate(NGHTTP2_NO_ERROR);
  }
  flush();
  settle();
}

void Http2::flush() {
  if (in_library_ || ended_ || broken_) return;
  in_library_ = true;
  // The last word is said to a full link too: nothing comes after it.
  while (terminating_ || !link_.full()) {
    const std::uint8_t *bytes = nullptr;
    const auto size = nghttp2_session_mem_send(session(), &bytes);
    broken_ = size < 0;
    if (size <= 0) break;
    link_.send({reinterpret_cast<const char *>(bytes), static_cast<std::size_t>(size)});
  }
  in_library_ = false;
  if (failure_ != NGHTTP2_NO_ERROR && !terminating_) {
    terminate(failure_);
    flush();
  }
}

void Http2::flush_for_host() {
  flush();
  see_to_rest();
}

void Http2::see_to_rest() {
  if (!gone_.empty() || !closed_.empty() || is_done() || waits_for_turn()) settle_soon();
}

bool Http2::is_done() {
  if (ended_) return false;
  return broken_ || (input_ended_ && streams_.empty()) ||
         (nghttp2_session_want_read(session()) == 0 && nghttp2_session_want_write(session()) == 0);
}

// Everything the host may have to be told, and what follows from that.
void Http2::settle() {
  resume_streams();
  tell_waiting();
  if (is_done()) end();
  tell_closed();
  if (is_done()) end();
  arm();
}

void Http2::end() {
  if (!broken_ && !terminating_ && input_ended_) {
    terminate(NGHTTP2_NO_ERROR);
    flush();
  }
  ended_ = true;
  context_.deadlines.cancel(*this);
  close_all(end_status_);
  broken_ ? link_.drop() : link_.finish();
}

void Http2::resume(Http2Stream &stream) {
  if (std::find(resumed_.begin(), resumed_.end(), &stream) == resumed_.end()) {
    resumed_.push_back(&stream);
  }
  settle_soon();
}

void Http2::resume_streams() {
  const auto resumed = std::exchange(resumed_, {});
  for (Http2Stream *const stream : resumed) stream->go_on();
  if (!resumed.empty()) flush();
}

void Http2::tell_closed() {
  while (!closed_.empty() || !gone_.empty()) {
    const auto gone = std::exchange(gone_, {});
    for (const auto &[session, status] : std::exchange(closed_, {})) {
      context_.front.exchange_closed(session, status);
    }
    for (const auto &stream : gone) stream->buried();
  }
}

void Http2::report(slipring_session session, slipring_status status) {
  closed_.emplace_back(session, status);
}

void Http2::reset(Http2Stream &stream, std::uint32_t error, slipring_status status) {
  nghttp2_submit_rst_stream(session(), NGHTTP2_FLAG_NONE, stream.id(), error);
  close(stream, status);
  flush_for_host();
}

void Http2::reset_for_error(Http2Stream &stream, std::uint32_t error) {
  count(Floods::Kind::reset);
  reset(stream, error, SLIPRING_INVALID_ARGUMENT);
}

void Http2::close(Http2Stream &stream, slipring_status status) {
  nghttp2_session_set_stream_user_data(session(), stream.id(), nullptr);
  std::erase(waiting_, &stream);
  std::erase(resumed_, &stream);
  const auto own = std::find_if(streams_.begin(), streams_.end(),
                                [&](const auto &each) { return each.get() == &stream; });
  gone_.push_back(std::move(*own));
  streams_.erase(own);
  stream.closed(status);
}

void Http2::close_all(slipring_status status) {
  while (!streams_.empty()) close(*streams_.back(), status);
}

// An idle connection owns as little as it can.
void Http2::shrink() {
  streams_.shrink_to_fit();
  waiting_.shrink_to_fit();
  early_.shrink_to_fit();
}

// The stricter wait counts. Signs of life mean something only while nothing else is due.
void Http2::arm() {
  const bool heard = heard_;
  const bool requested = requested_;
  heard_ = requested_ = false;
  if (ended_) return;
  const Wait next = drain_ == Drain::announced  ? Wait::close
                    : in_head_ || !had_request_ ? Wait::head
                    : streams_.empty()          ? Wait::idle
                                                : Wait::silence;
  const bool watching = waits_for_ == Wait::silence || waits_for_ == Wait::pong;
  if (next == Wait::silence) {
    if (!heard && watching) return;
    context_.deadlines.refresh(*this, Wait::silence);
  } else if (next != waits_for_ || (requested && next != Wait::close)) {
    context_.deadlines.set(*this, next);
    if (next == Wait::idle) shrink();
  }
  waits_for_ = next;
}

}  // namespace slipring::web
