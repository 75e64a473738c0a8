// CatchUp: subscriptions of a port that read on by themselves.
//
// There is one way of reading: from where a subscription is, from the ring if it reaches back that
// far, else from the log by a reader thread, in batches that its receiver has room for, up to where
// the shard stands in the stream. When nothing is left up to there it is level: the next event
// comes through the FIFO. Both happen on the shard between two events, and an event is in the ring
// before it is in the FIFO; so there is no seam in which one could be lost, doubled or overtaken.
//
// A cursor may come from another shard, which was ahead of this one: what the subscription has had
// there is still on its way here, and is not given to it again.
//
// Thread-safety: its port's shard.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "bus/subscription.hpp"

namespace slipring::bus {

class Network;
class ShardBus;

Missed missed_in(const stream::History &history, const stream::Lost &lost);

class CatchUp {
 public:
  CatchUp(uint32_t shard, Network &network, ShardBus &bus, Receiver &receiver);
  CatchUp(const CatchUp &) = delete;
  CatchUp &operator=(const CatchUp &) = delete;

  using Shared = std::shared_ptr<Subscription>;

  // An active one that does not begin now: finds its places, reads the first batch, and then tells
  // the receiver where it really began.
  void begin(const Shared &subscription);
  // From this sequence on it reads by itself. `held`: not before resume().
  void fall_behind(const Shared &subscription, stream::History &history, uint64_t from, bool held);
  void resume(const Shared &subscription);
  // It is taken back.
  void forget(Subscription &subscription);

  // Delivers what there is room for; bounded. True: it stopped before the end.
  bool run();
  bool has_more() const { return !to_run_.empty(); }

  // Those of `matches` that are level in the stream, now that it comes to `sequence`. Valid until
  // the next call.
  std::span<const Match> level(std::span<const Match> matches, uint32_t stream, uint64_t sequence);

 private:
  Course &add_course(const Shared &subscription, stream::History &history, uint64_t next);
  void end_course(Subscription &subscription, Course &course);
  void list(const Shared &subscription);

  // Beginning
  Result<stream::Begin> place_after(const Subscription &subscription,
                                    const stream::History &history, uint64_t stand) const;
  void find_place(const Shared &subscription, Course &course, uint64_t stand);
  void placed(const Shared &subscription, Course &course, Result<stream::Begin> begin,
              uint64_t stand);
  void tell_when_ready(const Shared &subscription);
  Origin origin_of(const Subscription &subscription) const;
  void refuse(const Shared &subscription, const Status &why);

  // Reading on
  bool run(const Shared &subscription, uint32_t stream, size_t &budget);
  void wait_for_shard(const Shared &subscription, Course &course);
  void tell_when_level(const Shared &subscription);
  void reach(uint32_t stream, uint64_t sequence);
  bool advance(const Shared &subscription, Course &course, size_t &budget);
  bool deliver_ready(const Shared &subscription, Course &course, size_t &budget);
  void deliver(const Shared &subscription, Course &course, const event::EventRef &event);
  // Returns how many events were looked at here and now.
  size_t read_more(const Shared &subscription, Course &course, size_t capacity);
  static void take_batch(Course &course, stream::Batch batch);

  const uint32_t shard_;
  Network &network_;
  ShardBus &bus_;
  Receiver &receiver_;
  struct Ahead {
    Shared subscription;
    uint32_t stream;
  };
  std::deque<Shared> to_run_;
  std::vector<Ahead> ahead_;
  std::map<uint32_t, std::vector<Match>> behind_;  // by stream, sorted
  std::vector<Match> level_;
};

}  // namespace slipring::bus
