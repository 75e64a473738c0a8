// Http2Stream: one request and its response on an HTTP/2 connection; or what carries a tunnel.
//
// Input: windows are opened by what was used, so what comes while nobody reads is at most a window,
// and is kept here. Output is lent: `write` holds pieces of the host's only while libnghttp2 makes
// DATA frames of them, straight into the link.
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

#include "deadlines.hpp"
#include "front.hpp"
#include "http2/head.hpp"
#include "http2/library.hpp"
#include "http2/priority.hpp"

namespace slipring::web {

class Http2;
class Http2Tunnel;

class Http2Stream final : public Exchange, public Deadline {
 public:
  using TextFields = std::vector<std::pair<std::string, std::string>>;

  Http2Stream(Http2 &http2, std::int32_t id);
  ~Http2Stream();

  // From the host, for its session; nothing happens when that is over.
  void respond(const slipring_http_head &head) override;
  std::size_t write(std::span<const slipring_bytes> pieces) override;
  void finish(std::span<const slipring_field> trailers) override;
  void reset(slipring_status why) override;
  void set_reading(bool reading) override;
  void late(Wait what) override;

  // From the connection.
  Head &head();  // of the request, then of its trailers
  void request_came(bool ended);
  void trailers_came();
  void data_came(std::span<char> bytes);
  void peer_ended();
  // Gives on what came while it was not read.
  void go_on();
  void writable();
  void response_sent();
  // It is closed, and is so for the host with its status, or with `otherwise` when it has none yet.
  void closed(slipring_status otherwise);
  // The first one counts.
  void set_status(slipring_status status);
  bool has_status() const { return status_ != SLIPRING_PENDING; }
  // The host knows; a tunnel's end is told now.
  void buried();
  void drain();

  std::int32_t id() const { return id_; }
  bool is_tunnel() const { return tunnel_ != nullptr; }
  bool has_output() const { return finishing_ || left_ != 0; }
  bool input_ended() const { return input_ended_; }
  Priority priority;
  std::size_t wanted = 0;  // bytes it could not send
  bool told = false;       // that it may write now

  // From the tunnel, and for answers of our own.
  std::size_t send(std::span<const slipring_bytes> pieces);
  void end_output();
  void set_input(bool reading);
  void discard_input();
  void cut(std::uint32_t error, slipring_status status);
  Http2 &http2() { return http2_; }

  // For libnghttp2, while it sends: how much of a DATA frame can be filled, and its bytes.
  ssize_t next_data(std::size_t room, std::uint32_t &flags);
  void send_data(std::string_view frame_header, std::size_t size);

 private:
  void open_exchange(slipring_http_request &request);
  void open_tunnel(slipring_http_request &request);
  void answer(int code, std::string_view reason, const TextFields &fields = {});
  void submit(const slipring_http_head &head);
  void submit_continue();
  // The host's session is over; the client is told in `code` when it can still be told.
  void refuse_rest(int code, std::string_view reason, slipring_status status);
  void give(std::span<char> bytes);
  void give_end();
  void open_window();
  std::size_t available() const;
  bool submit_trailers();

  Http2 &http2_;
  const std::int32_t id_;
  slipring_status status_ = SLIPRING_PENDING;  // how it ended
  slipring_session session_ = 0;               // 0: the host does not know it, or not any more
  std::unique_ptr<Head> head_;
  std::unique_ptr<Http2Tunnel> tunnel_;

  std::string held_;      // what came while it was not read
  std::size_t used_ = 0;  // bytes given on for which the window is not open again
  std::uint64_t received_ = 0;

  std::span<const slipring_bytes> pieces_;  // lent by `send`
  std::size_t piece_at_ = 0;                // in the first of them
  std::size_t left_ = 0;                    // of them, that may be sent in this turn
  std::string own_body_;                    // of an answer of our own
  std::size_t own_at_ = 0;
  TextFields trailers_;

  bool to_head_ : 1 = false;
  bool reading_ : 1 = true;
  bool discarding_ : 1 = false;
  bool input_ended_ : 1 = false;
  bool end_given_ : 1 = false;
  bool owes_continue_ : 1 = false;
  bool responded_ : 1 = false;
  bool bodyless_ : 1 = false;
  bool finishing_ : 1 = false;
  bool over_ : 1 = false;
};

}  // namespace slipring::web
