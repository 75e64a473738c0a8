// Lane: what one publisher sends to one topic: a numbered sequence, and, at full rate, a window of
// messages that have not arrived everywhere.
//
// Without a window the slowest subscriber would fall behind for ever and be dropped; how much a
// server holds would then decide a cell. With it, every server is offered what it can deliver.
//
// Thread-safety: none.
#pragma once

#include <cstdint>
#include <vector>

#include "wire/numbered.hpp"

namespace slipring::bench::pubsub {

class Lane {
 public:
  // Each message is to arrive `arrivals` times. `window`: a power of two; 0: none.
  Lane(uint32_t publisher, uint32_t topic, uint32_t ledger, uint32_t arrivals, uint32_t window)
      : publisher(publisher), topic(topic), ledger(ledger), arrivals_(arrivals), missing_(window) {}

  const uint32_t publisher;
  const uint32_t topic;
  const uint32_t ledger;    // which one of a subscriber of the topic
  Ledger acknowledgements;  // when they are asked for
  bool is_listed = false;   // the exchange will look for room in it

  uint64_t sent() const { return sent_; }
  bool has_room() const { return sent_ - complete_ < missing_.size(); }

  // The number of the next message.
  uint64_t next() {
    if (!missing_.empty()) missing_[slot(sent_)] = arrivals_;
    return sent_++;
  }
  // One of the arrivals of message `sequence`. Answers whether there is more room now.
  bool arrived(uint64_t sequence) {
    if (missing_.empty() || --missing_[slot(sequence)] != 0) return false;
    const uint64_t before = complete_;
    while (complete_ < sent_ && missing_[slot(complete_)] == 0) ++complete_;
    return complete_ != before;
  }

 private:
  size_t slot(uint64_t sequence) const { return sequence & (missing_.size() - 1); }

  const uint32_t arrivals_;
  uint64_t sent_ = 0;
  uint64_t complete_ = 0;          // all before this one have arrived everywhere
  std::vector<uint32_t> missing_;  // arrivals, by slot
};

}  // namespace slipring::bench::pubsub
