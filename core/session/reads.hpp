// Reads: what sessions of a shard read once (slipring/ext/read.h), as a receiver of its own.
//
// A read is a subscription of the bus that ends with its first batch: when the limits are reached,
// when all there is has been read and there is something, or when the wait is over.
//
// Thread-safety: its shard. `finished` is called from the bus's drain() and from round_end().
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "bus/port.hpp"
#include "session/session.hpp"

namespace slipring::session {

struct ReadLimits {
  size_t events = 0;
  size_t bytes = 0;
  std::chrono::nanoseconds wait{};
};

// How a read came out.
struct ReadBatch {
  Status status;
  std::vector<std::pair<event::EventRef, uint32_t>> events;  // with SLIPRING_EVENT_… flags
  bus::Origin origin;
  bus::Origin end;
  bool more = false;
};

class Reads final : public bus::Receiver {
 public:
  using Finished = std::function<void(uint64_t token, const ReadBatch &batch)>;

  // The bus outlives it.
  Reads(bus::ShardBus &bus, Finished finished);

  // Returns what names it here. REQUIRES: legal filters that may be reached together.
  uint32_t begin(uint64_t token, std::span<const std::string> filters, bus::Start start,
                 const ReadLimits &limits);
  // `finished` is not called for it.
  void forget(uint32_t serial);
  // Whether it would wait, should there be nothing.
  bool may_wait(uint32_t serial) const;
  // As if its time were over, from the end of this round on. REQUIRES: may_wait().
  void end_wait(uint32_t serial);
  // Behind the bus's drain(): finishes those that waited and got something, or wait no more.
  void round_end(Clock::time_point now);
  // When the first wait is over; nothing: nobody waits, or round_end() comes first.
  std::optional<Clock::time_point> next() const;

  // From the bus.
  void deliver(const event::EventRef &event, std::span<const bus::Match> matches,
               uint32_t flags) override;
  void missed(const bus::Missed &missed, std::span<const bus::Match> matches) override;
  void level(bus::Match who) override;
  size_t capacity(bus::Match who) override;
  void subscribed(bus::Match who, const bus::Origin &origin) override;
  void refused(bus::Match who, const Status &why) override;
  void published(uint64_t, const bus::Published &) override {}
  void room() override {}

 private:
  struct Read {
    uint64_t token = 0;
    ReadLimits limits;
    ReadBatch batch;
    size_t bytes = 0;
    bool begins_now = false;
    bool waits = false;  // it has had all there is
    std::optional<Clock::time_point> until;
  };

  Read *find(bus::Match who);
  bus::Match match(uint32_t serial) { return {this, serial}; }
  void take(bus::Match who, Read &read, const event::EventRef &event, uint32_t flags);
  void take_gap(bus::Match who, Read &read, const bus::Missed &missed);
  // Nothing of this stream from `sequence` on is in the batch.
  void finish_before(bus::Match who, uint32_t stream, uint64_t sequence);
  void finish(bus::Match who, bus::Origin end, bool more);
  void wait(uint32_t serial, Read &read);
  Read extract(uint32_t serial);

  bus::Port port_;
  const Finished finished_;
  std::map<uint32_t, Read> reads_;  // by serial
  // Since the last round_end() they have begun to wait; or waited, and got something or are to wait
  // no more. Some may be over.
  std::vector<uint32_t> begun_;
  std::vector<uint32_t> ripe_;
  std::set<std::pair<Clock::time_point, uint32_t>> ends_;  // of all other waits
  uint32_t next_serial_ = 1;
};

}  // namespace slipring::session
