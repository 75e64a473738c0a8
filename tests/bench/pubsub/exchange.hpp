// Exchange: the load of one process: subscribers, publishers, and what is sent between them through
// the server.
//
// open() connects subscribers, then, when all of them are subscribed, publishers; each run()
// publishes at full rate or paced, warms up, measures, and waits for what is under way. A paced
// message's latency counts from the time it was due, not from when this process got round to
// sending it.
//
// Thread-safety: none.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "pubsub/lane.hpp"
#include "pubsub/options.hpp"
#include "pubsub/peer.hpp"
#include "wire/loop.hpp"
#include "wire/measurement.hpp"

namespace slipring::bench::pubsub {

struct Result : Measurement {
  uint64_t acknowledged = 0;  // while it was measured
  uint64_t unacknowledged = 0;
  uint64_t refused = 0;
  std::string refusal;  // the first

  bool is_void() const { return Measurement::is_void() || unacknowledged + refused != 0; }
};

class Exchange final : private Peer::Owner {
 public:
  explicit Exchange(const Options &options);

  // Throws when not all of them get through.
  void open();
  Result run();
  void idle_until_readable(int fd) { loop_.idle_until_readable(fd); }

 private:
  void ready(Peer &peer) override;
  void message(Peer &subscriber, std::string_view text) override;
  void acknowledged(Peer &publisher, uint64_t number) override;
  void refused(Peer &peer, std::string_view answer) override;

  void connect(bool subscribes, uint32_t count);
  void fill_windows();
  bool has_sent_all(const Lane &lane) const;
  bool has_sent_all() const;
  void pace(uint64_t time);
  void publish(uint32_t lane, uint64_t due);
  void flush();
  void arrived(uint32_t lane, uint64_t sequence);
  uint64_t missing() const;
  uint64_t unacknowledged() const;
  void count(Result &result) const;

  const Options options_;
  Loop loop_;
  NumberedMessages messages_;
  std::vector<std::unique_ptr<Peer>> subscribers_;
  std::vector<std::unique_ptr<Peer>> publishers_;
  std::vector<Lane> lanes_;
  size_t ready_ = 0;

  std::vector<uint32_t> with_room_;  // lanes
  std::vector<Peer *> unflushed_;
  uint64_t last_arrival_ = 0;
  uint64_t first_due_ = 0;
  uint64_t paced_ = 0;
  Result result_;
};

}  // namespace slipring::bench::pubsub
