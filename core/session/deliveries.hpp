// Deliveries: what a session is offered event by event (slipring/ext/deliver.h).
//
// Waiting ones stand in order behind each other, events and the places of gaps; those the adapter
// has taken are in flight until it settles them. The window says how many may be in flight. All of
// it is the session's: a move to another version changes nothing here.
//
// Thread-safety: its session's shard.
#pragma once

#include <slipring/ext/deliver.h>

#include <boost/container/small_vector.hpp>
#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>

#include "event/event.hpp"

namespace slipring::session {

struct Delivery {
  slipring_delivery_id id = 0;  // 0: never offered yet
  event::EventRef event;        // null: the place of a gap
  uint32_t serial = 0;          // the reading whose policy and gap count; of a gap: whose it is
  uint32_t stream = 0;          // of a gap
  uint32_t attempts = 0;
  uint32_t flags = 0;  // SLIPRING_EVENT_…
  bool redelivered = false;
  boost::container::small_vector<uint64_t, 1> subscriptions;  // the adapter's ids
  std::chrono::steady_clock::time_point due{};                // of one refused with a delay
};

struct Deliveries {
  uint32_t window = 0;
  bool held = false;    // the adapter said "not now"; until it says ready
  bool listed = false;  // on the list of those to be offered something
  slipring_delivery_id last_id = 0;
  size_t waiting_bytes = 0;
  std::deque<Delivery> waiting;
  std::deque<Delivery> in_flight;  // by id

  bool has_room() const { return !held && in_flight.size() < window; }
  std::optional<size_t> find_in_flight(slipring_delivery_id id) const {
    for (size_t i = 0; i < in_flight.size(); ++i) {
      if (in_flight[i].id == id) return i;
    }
    return std::nullopt;
  }
};

}  // namespace slipring::session
