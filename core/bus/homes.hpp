// Homes: what this shard asks of all homes: sent, kept back, counted until it is answered.
//
// A request is sent only while fewer than the limit are under way to its home. A publish that is
// one too many is refused by its caller (has_room()); other requests are not refused but wait in
// order, and publishes behind them. What waits is bounded by the number of filters: a want that is
// taken back while it waits is never sent.
//
// Thread-safety: its shard.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <unordered_map>
#include <vector>

#include "bus/network.hpp"
#include "bus/wakes.hpp"

namespace slipring::bus {

class Homes {
 public:
  Homes(uint32_t self, Network &network, Wakes &wakes);

  // For one more publish.
  bool has_room(uint32_t home) const;
  // A request for it, to be filled. REQUIRES: has_room(home) when it is sent.
  Request &take() { return pool_.take(); }
  void send(uint32_t home, Request &publish);

  // `use` tells apart wants of the same filter; 0 is none.
  void want(uint32_t home, const std::string &filter, uint64_t use);
  void unwant(uint32_t home, const std::string &filter, uint64_t use);
  // Of streams: where the shard stands once it has all that is committed by now. Answered in order.
  void ask_stand();

  // A request has come back: it no longer counts. give_back() when its answer has been read.
  void answered(uint32_t home, const Request &request);
  void give_back(Request &request) { pool_.give_back(request); }

  // Sends what waits, where there is room by now.
  void send_waiting();

 private:
  struct Home {
    Network::RequestLane *lane;
    size_t under_way = 0;
    size_t bytes_under_way = 0;
    std::list<Request *> waiting;
    std::unordered_map<uint64_t, std::list<Request *>::iterator> waiting_wants;  // by use
  };

  void push(uint32_t home, Request &request);
  void send_waiting(uint32_t home);

  Network &network_;
  Wakes &wakes_;
  RequestPool &pool_;
  std::vector<Home> homes_;
};

}  // namespace slipring::bus
