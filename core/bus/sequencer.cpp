#include "bus/sequencer.hpp"

#include <algorithm>
#include <array>

namespace slipring::bus {

namespace {
// Events and other requests in one call of serve(); requests taken from a lane at once.
constexpr size_t most_served = 4096;
constexpr size_t batch = 32;
}  // namespace

Sequencer::Sequencer(uint32_t shard, Network &network, Wakes &wakes)
    : self_(shard), network_(network), dispatch_(shard, network, wakes) {}

bool Sequencer::serve() {
  now_ns_ = 0;
  // Each call begins with another shard, so that none is always the one for whom nothing is left.
  first_ = (first_ + 1) % network_.shards();
  size_t served = 0;
  for (uint32_t i = 0; i < network_.shards(); ++i) {
    const uint32_t from = (first_ + i) % network_.shards();
    Network::RequestLane &lane = network_.requests(from, self_);
    std::array<Request *, batch> requests;
    while (const size_t count = lane.pop(requests)) {
      for (size_t k = 0; k < count; ++k) {
        served += std::max<size_t>(1, requests[k]->events.size());
        serve(from, *requests[k]);
      }
      if (served >= most_served) return true;
    }
  }
  return false;
}

void Sequencer::serve(uint32_t from, Request &request) {
  switch (request.kind) {
    case Request::Kind::publish:
      publish(request);
      break;
    case Request::Kind::want:
      dispatch_.want(from, request.filter);
      break;
    case Request::Kind::unwant:
      dispatch_.unwant(from, request.filter);
      break;
    case Request::Kind::stand:  // there are no streams here
      break;
  }
  dispatch_.answer(from, request);
}

void Sequencer::publish(Request &request) {
  if (now_ns_ == 0) now_ns_ = network_.now_ns();
  for (event::EventRef &event : request.events) {
    event->sequence({0, 0, 0, 0, now_ns_});
    dispatch_.send_to_all(std::move(event));
  }
  sequenced_ += request.events.size();
  request.events.clear();
}

}  // namespace slipring::bus
