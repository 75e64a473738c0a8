// Transports: the places where transports serve, seen from an upgrade: a new version gets instances
// at all of its plugin's places before any of them changes hands.
//
// Thread-safety: control thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "edge/transport_seat.hpp"
#include "plugin/generation.hpp"
#include "shard/shard_set.hpp"
#include "upgrade/report.hpp"

namespace slipring::upgrade {

class Transports {
 public:
  Transports(shard::ShardSet &shards, edge::AllSessions &sessions)
      : shards_(shards), sessions_(sessions) {}

  // All there are, once they serve; they outlive every upgrade. Before, no transport can be
  // replaced.
  void set_seats(std::vector<edge::TransportSeat *> seats) { seats_ = std::move(seats); }

  // Makes instances of that version beside those that serve. A failure leaves none of it.
  boost::asio::awaitable<std::optional<Failure>> prepare(plugin::Generation &next);
  // What is new goes to the instances prepared; those before give way.
  boost::asio::awaitable<void> hand_over(const std::string &plugin);

  // Of that version: whether it has instances, and whether nothing is left to those that gave way.
  bool has(uint64_t generation) const;
  bool is_empty(uint64_t generation) const;
  boost::asio::awaitable<void> drain(uint64_t generation);
  boost::asio::awaitable<void> stop(uint64_t generation);

  // Sessions that came through it.
  boost::asio::awaitable<session::Traffic> traffic(uint64_t generation);

 private:
  std::vector<edge::TransportSeat *> seats_of(const std::string &plugin) const;

  shard::ShardSet &shards_;
  edge::AllSessions &sessions_;
  std::optional<std::vector<edge::TransportSeat *>> seats_;
};

}  // namespace slipring::upgrade
