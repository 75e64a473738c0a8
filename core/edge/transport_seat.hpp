// TransportSeat: the place that a transport's instances have at an endpoint or a link: those that
// get what is new, those prepared to take over from them, and those of versions before, which
// drain.
//
//   prepare ─► hand_over: on each shard one step, between two of its callbacks; whoever was there
//              gives way
//   end: drained, stopped and destroyed
//
// Thread-safety: control thread, where one of prepare, discard and hand_over may be under way; what
// is marked [shard] on that shard.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "edge/transport_instance.hpp"
#include "shard/shard_set.hpp"

namespace slipring::edge {

// The sessions of every shard, by its index. Declared here, owned by the host.
using AllSessions = std::vector<std::unique_ptr<session::ShardSessions>>;

struct SeatSettings {
  std::string whose;              // "endpoint public", for messages
  std::string transport;          // the plugin's name
  std::string settings = "{}";    // JSON
  std::optional<uint32_t> shard;  // nothing: an instance on each
  // What the transport has to implement for it, and what is said of one that does not.
  const char *needs = nullptr;
  const char *lacks = "";
};

class TransportSeat {
 public:
  TransportSeat(SeatSettings settings, shard::ShardSet &shards, AllSessions &sessions);

  const SeatSettings &settings() const { return settings_; }
  // [shard] Called with each old instance that has been stopped, before it is destroyed.
  void on_stopped(std::function<void(const TransportInstance &)> call) {
    on_stopped_ = std::move(call);
  }

  // Makes instances of that version beside those that serve. After an error there are none of it.
  boost::asio::awaitable<Status> prepare(plugin::Generation &transport);
  // Those that were prepared are not wanted.
  boost::asio::awaitable<void> discard();
  // What is new goes to those that were prepared, from the first call on.
  boost::asio::awaitable<void> hand_over();

  // Whether there are any of that version.
  bool has(uint64_t generation) const;
  // Whether nothing is left to those of that version which gave way.
  bool is_empty(uint64_t generation) const;
  // Those of that version that gave way; 0: all there are, the serving ones too.
  boost::asio::awaitable<void> drain(uint64_t generation);
  boost::asio::awaitable<void> stop(uint64_t generation);
  // Whether no instance has a connection left, of those that can say so.
  bool is_drained() const;

  // The serving ones.
  boost::asio::awaitable<Result<std::string>> reload();

  // [shard]
  TransportInstance &current(uint32_t shard) { return *on_shards_[shard].current; }
  // [shard] Through all of them.
  uint64_t sessions_on(uint32_t shard) const;

 private:
  using Owned = std::shared_ptr<TransportInstance>;
  // Touched on its shard.
  struct OnShard {
    Owned next;
    Owned current;
    std::vector<Owned> old;
  };

  bool has_place_on(const shard::Shard &shard) const;
  std::vector<Owned> of(uint64_t generation, OnShard &mine) const;
  void end_on(shard::Shard &shard, std::vector<Owned> leaving, std::function<void()> done);

  const SeatSettings settings_;
  shard::ShardSet &shards_;
  AllSessions &sessions_;
  std::function<void(const TransportInstance &)> on_stopped_;
  std::vector<OnShard> on_shards_;
  // Of the control thread: for their flags.
  std::vector<Owned> next_;
  std::vector<Owned> current_;
  std::vector<Owned> old_;
};

}  // namespace slipring::edge
