#include "bus/publisher.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace slipring::bus {

Publisher::Publisher(const Network &network, Homes &homes, Done done)
    : streams_(network.streams()),
      homes_(homes),
      done_(std::move(done)),
      parts_(network.homes(), nullptr) {}

std::optional<uint32_t> Publisher::publish(uint64_t port, std::span<event::EventRef> events,
                                           uint64_t token) {
  destinations_.clear();
  bool several = false;
  for (const event::EventRef &event : events) {
    const Destination to = streams_.destination(event->topic(), event->topic_hash());
    if (!homes_.has_room(to.home)) return to.home;
    destinations_.push_back(to);
    several |= to.home != destinations_.front().home;
  }
  if (several) {
    send_to_several(port, events, token);
  } else {
    send(port, events, token);
  }
  return {};
}

void Publisher::send(uint64_t port, std::span<event::EventRef> events, uint64_t token) {
  Request &request = homes_.take();
  request.port = port;
  request.token = token;
  for (size_t i = 0; i < events.size(); ++i) {
    request.positions.push_back({destinations_[i].stream, 0, 0});
    request.events.push_back(std::move(events[i]));
  }
  homes_.send(destinations_.front().home, request);
}

void Publisher::send_to_several(uint64_t port, std::span<event::EventRef> events, uint64_t token) {
  const auto gathering = std::make_shared<Gathering>();
  gathering->port = port;
  gathering->token = token;
  gathering->positions.resize(events.size());
  for (size_t i = 0; i < events.size(); ++i) {
    Request *&part = parts_[destinations_[i].home];
    if (part == nullptr) {
      part = &homes_.take();
      part->gathering = gathering;
      ++gathering->outstanding;
    }
    part->positions.push_back({destinations_[i].stream, 0, 0});
    part->places.push_back(static_cast<uint32_t>(i));
    part->events.push_back(std::move(events[i]));
  }
  for (uint32_t home = 0; home < parts_.size(); ++home) {
    Request *const part = std::exchange(parts_[home], nullptr);
    if (part != nullptr) homes_.send(home, *part);
  }
}

namespace {

Published outcome(std::span<const event::Position> positions, const Refusal &refusal,
                  bool duplicate) {
  return {refusal.status, positions, duplicate, refusal.event, refusal.why};
}

}  // namespace

void Publisher::answered(const Request &request) {
  if (request.gathering == nullptr) {
    if (request.token == 0) return;
    done_(request.port, request.token,
          outcome(request.positions, request.refusal, request.duplicate));
    return;
  }
  Gathering &gathering = *request.gathering;
  for (size_t i = 0; i < request.places.size(); ++i) {
    gathering.positions[request.places[i]] = request.positions[i];
  }
  gathering.duplicate |= request.duplicate;
  if (request.refusal.status != SLIPRING_OK) {
    gathering.refusal = request.refusal;
    gathering.refusal.event = request.places[request.refusal.event];
  }
  if (--gathering.outstanding != 0 || gathering.token == 0) return;
  done_(gathering.port, gathering.token,
        outcome(gathering.positions, gathering.refusal, gathering.duplicate));
}

}  // namespace slipring::bus
