// Replay: one client who comes back: how long until he has so many messages that a stream kept.
//
// Counted from the beginning of the connection. The messages are those of one publisher, so each
// must be the one behind the last.
//
// Thread-safety: none.
#pragma once

#include <memory>
#include <string_view>

#include "pubsub/options.hpp"
#include "pubsub/peer.hpp"
#include "wire/loop.hpp"
#include "wire/measurement.hpp"

namespace slipring::bench::pubsub {

class Replay final : private Peer::Owner {
 public:
  struct Result : Measurement {
    uint64_t refused = 0;
    std::string refusal;
    bool is_void() const { return Measurement::is_void() || refused != 0; }
  };

  explicit Replay(const Options &options);

  void open() {}
  Result run();
  void idle_until_readable(int fd) { loop_.idle_until_readable(fd); }

 private:
  void ready(Peer &) override {}
  void message(Peer &subscriber, std::string_view text) override;
  void acknowledged(Peer &, uint64_t) override {}
  void refused(Peer &peer, std::string_view answer) override;

  const Options options_;
  Loop loop_;
  NumberedMessages messages_;
  std::unique_ptr<Peer> subscriber_;
  uint64_t received_ = 0;
  uint64_t next_ = 0;
  Result result_;
};

}  // namespace slipring::bench::pubsub
