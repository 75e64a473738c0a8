// Http2Tunnel: what a stream of HTTP/2 is to a WebSocket (RFC 8441): a link. END_STREAM is its FIN,
// RST_STREAM its RST.
//
// Thread-safety: its shard.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "link.hpp"

namespace slipring::web {

class Http2Stream;

class Http2Tunnel final : public Link {
 public:
  // REQUIRES: `stream` outlives this.
  explicit Http2Tunnel(Http2Stream &stream) : stream_(stream) {}

  bool send(std::string_view bytes) override;
  bool full() const override;
  void set_reading(bool reading) override;
  void finish() override;
  void drop() override;
  // Once: what is spoken in a tunnel does not change.
  void become(std::unique_ptr<Protocol> next, std::span<char> rest) override;
  std::string_view peer() const override;
  bool is_secure() const override;
  std::uint64_t progress() const override { return sent_; }

  // From the stream.
  void came(std::span<char> bytes);
  void peer_ended();
  void writable();
  void lost();
  void drain();

 private:
  void write();

  Http2Stream &stream_;
  std::unique_ptr<Protocol> protocol_;
  std::string waiting_;     // to be sent, for which there was no room
  std::uint64_t sent_ = 0;  // bytes that left
  bool told_full_ = false;
  bool finishing_ = false;
  bool over_ = false;
};

}  // namespace slipring::web
