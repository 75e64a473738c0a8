// Publisher: publishes of this shard, on their way to one or several homes and back.
//
// All or nothing: when one home has no room, nothing is sent. What goes to several homes is one
// request to each, gathered again when they come back.
//
// Thread-safety: its shard.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "bus/homes.hpp"

namespace slipring::bus {

class Publisher {
 public:
  // `done(port, token, outcome)`: a publish with a token other than 0 is done.
  using Done = std::function<void(uint64_t port, uint64_t token, const Published &outcome)>;
  Publisher(const Network &network, Homes &homes, Done done);

  // The home that has no room; nothing when it was taken. REQUIRES: at least one event.
  std::optional<uint32_t> publish(uint64_t port, std::span<event::EventRef> events, uint64_t token);

  // A publish has come back.
  void answered(const Request &request);

 private:
  void send(uint64_t port, std::span<event::EventRef> events, uint64_t token);
  void send_to_several(uint64_t port, std::span<event::EventRef> events, uint64_t token);

  const Streams &streams_;
  Homes &homes_;
  const Done done_;
  // Kept between calls for their memory.
  std::vector<Destination> destinations_;  // of the events
  std::vector<Request *> parts_;           // by home
};

}  // namespace slipring::bus
