// OperatorPublisher: publishes what operators ask for, on one shard.
//
// What the bus has no room for waits in line, and is answered UNAVAILABLE when its turn has not
// come within the patience. Who waits is bounded by who asks: each waits for his answer.
//
// Thread-safety: its shard; made and destroyed there, or while it does not run.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <unordered_map>

#include "base/status.hpp"
#include "bus/port.hpp"

namespace slipring::host {

class OperatorPublisher : private bus::Receiver {
 public:
  struct Receipt {
    event::Position position;  // all 0 on an ephemeral topic
    bool duplicate = false;    // it had been taken before: the position is of then
  };
  // Called once, on the shard.
  using Done = std::function<void(const Result<Receipt> &)>;

  // `loop`: the shard's. Both outlive it.
  OperatorPublisher(boost::asio::io_context &loop, bus::ShardBus &bus,
                    std::chrono::nanoseconds patience = std::chrono::seconds(5));

  void publish(event::EventRef event, Done done);
  // Answers UNAVAILABLE to all who wait, and from now on.
  void close();

 private:
  using Clock = std::chrono::steady_clock;
  struct Waiting {
    event::EventRef event;
    Done done;
    Clock::time_point deadline;
  };

  bool try_to_publish(event::EventRef &event, Done &done);
  void wait_for_deadline();
  void expire();

  void published(uint64_t token, const bus::Published &published) override;
  void room() override;
  // Nothing is subscribed through the port.
  void deliver(const event::EventRef &, std::span<const bus::Match>, uint32_t) override {}
  void missed(const bus::Missed &, std::span<const bus::Match>) override {}
  void subscribed(bus::Match, const bus::Origin &) override {}
  void refused(bus::Match, const Status &) override {}

  const std::chrono::nanoseconds patience_;
  boost::asio::steady_timer timer_;  // for the first of `waiting_`
  bus::Port port_;
  std::deque<Waiting> waiting_;
  std::unordered_map<uint64_t, Done> asked_;  // by token
  uint64_t last_token_ = 0;
  bool closed_ = false;
};

}  // namespace slipring::host
