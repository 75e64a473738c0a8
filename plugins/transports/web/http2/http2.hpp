// Http2: a server's end of an HTTP/2 connection (RFC 9113), framed by libnghttp2.
//
// Each stream is an exchange of the host's or, by an extended CONNECT (RFC 8441), a tunnel for a
// WebSocket. Nobody is waited for: a stream whose window is exhausted, or that the host does not
// read, holds up no other. When the connection itself is what is full, those that wait take turns
// by urgency (RFC 9218).
//
// The host is called from events of the link and of Deadlines only, never from inside a call of its
// own: what such a call leads to is done soon after, in the next round.
//
// Thread-safety: its shard.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "context.hpp"
#include "http2/floods.hpp"
#include "http2/library.hpp"
#include "http2/priority.hpp"
#include "link.hpp"
#include "upgrade.hpp"

namespace slipring::web {

class Http2Stream;

class Http2 final : public Protocol, public Deadline {
 public:
  using OpenWebSocket = Upgrade (*)(Context &context, Link &link,
                                    const slipring_http_request &request);

  // The first bytes that `receive` gets are the client's preface. REQUIRES: `context` and `link`
  // outlive this.
  Http2(Context &context, Link &link, OpenWebSocket open_websocket);
  ~Http2() override;

  void receive(std::span<char> bytes) override;
  void writable() override;
  void peer_ended() override;
  void lost() override;
  void drain() override;
  void give_way() override;
  void late(Wait what) override;

  // For its streams.
  Context &context() { return context_; }
  Link &link() { return link_; }
  nghttp2_session *session() { return session_.get(); }
  OpenWebSocket open_websocket() const { return open_websocket_; }
  // Sends what there is, as far as the link has room; inside `receive` this is done at its end.
  void flush();
  // After a call of the host's: flushes, and sees to the rest soon.
  void flush_for_host();
  // What the host has to be told is told soon.
  void see_to_rest();
  // What came for it while it was not read can go on.
  void resume(Http2Stream &stream);
  // How many of `wanted` bytes it may send now, before others have their turn.
  std::size_t turn(Http2Stream &stream, std::size_t wanted);
  // It has more to send than went out: `writable` follows.
  void wait_turn(Http2Stream &stream);
  // RST_STREAM.
  void reset(Http2Stream &stream, std::uint32_t error, slipring_status status);
  // As `reset`, for what the peer did; too many are a flood.
  void reset_for_error(Http2Stream &stream, std::uint32_t error);
  // The session is over; the host is told soon.
  void report(slipring_session session, slipring_status status);
  void settle_soon() { context_.deadlines.set(soon_, Wait::soon); }

  // From libnghttp2; not 0: the connection ends.
  int frame_begins(const nghttp2_frame_hd &frame);
  int headers_begin(const nghttp2_frame &frame);
  int header(const nghttp2_frame &frame, std::string_view name, std::string_view value);
  int data(std::int32_t id, std::span<char> bytes);
  int priority_update_part(std::string_view bytes);
  int frame_came(const nghttp2_frame &frame);
  int frame_invalid(const nghttp2_frame &frame);
  int stream_closed(std::int32_t id);
  int frame_sent(const nghttp2_frame &frame);
  Http2Stream *stream(std::int32_t id);

 private:
  // What a call of the host's left to be done.
  struct Soon final : Deadline {
    explicit Soon(Http2 &owner) : http2(owner) {}
    void late(Wait) override { http2.settle(); }
    Http2 &http2;
  };

  enum class Drain : std::uint8_t { no, announced, closing };

  // frames.cpp
  int verdict() const;
  void count(Floods::Kind kind);
  void refuse(std::uint32_t error);
  void flooded();
  void headers_came(const nghttp2_frame &frame);
  void control_came(const nghttp2_frame &frame);
  bool ping_answered(const nghttp2_ping &ping);
  void take_priority(const nghttp2_frame &frame);

  // turns.cpp
  std::size_t room() const;
  // The first of those that wait and have room in their own window; nullptr: none.
  Http2Stream *next_waiting() const;
  bool waits_for_turn() const;
  void tell_waiting();

  void fail(int reason);
  void terminate(std::uint32_t error);
  void go_away();
  bool is_done();
  void end();
  void settle();
  void resume_streams();
  void tell_closed();
  void close(Http2Stream &stream, slipring_status status);
  void close_all(slipring_status status);
  void shrink();
  void arm();

  Context &context_;
  Link &link_;
  const OpenWebSocket open_websocket_;
  SessionPtr session_;
  std::vector<std::unique_ptr<Http2Stream>> streams_;
  std::vector<std::unique_ptr<Http2Stream>> gone_;  // until the host knows
  std::vector<std::pair<slipring_session, slipring_status>> closed_;
  std::vector<Http2Stream *> waiting_;  // in order of their turns
  std::vector<Http2Stream *> resumed_;
  std::string priority_update_;                           // a frame, while it comes
  std::vector<std::pair<std::int32_t, Priority>> early_;  // priorities of streams to come
  Floods floods_;
  Soon soon_{*this};
  slipring_status end_status_ = SLIPRING_CANCELLED;  // of streams the connection takes along
  std::uint32_t failure_ = NGHTTP2_NO_ERROR;
  Wait waits_for_ = Wait::head;
  Drain drain_ = Drain::no;
  bool in_library_ : 1 = false;
  bool in_head_ : 1 = false;      // of a header block
  bool giving_way_ : 1 = false;   // drains once a request has come
  bool had_request_ : 1 = false;  // a head came whole
  bool requested_ : 1 = false;    // since the last `arm`
  bool heard_ : 1 = false;        // since the last `arm`
  bool terminating_ : 1 = false;
  bool input_ended_ : 1 = false;
  bool broken_ : 1 = false;  // no memory
  bool ended_ : 1 = false;   // the link is told
};

}  // namespace slipring::web
