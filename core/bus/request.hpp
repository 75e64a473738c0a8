// Request: what a shard asks of a home, and, when it comes back, the answer.
//
// One object travels both ways, so that answering never needs memory and the answer has room for
// what it brings. It belongs to the pool of the shard that asked; whoever has taken it out of a
// lane is the only one who touches it.
//
// Thread-safety: none; the lanes hand it over. A pool is its shard's.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "bus/receiver.hpp"

namespace slipring::bus {

// Why nothing of a publish was taken.
struct Refusal {
  slipring_status status = SLIPRING_OK;
  uint32_t event = 0;  // which of them
  std::string why;
};

// A publish of which several homes have parts. Only the shard that asked looks at it.
struct Gathering {
  uint64_t port = 0;
  uint64_t token = 0;
  size_t outstanding = 0;  // homes
  std::vector<event::Position> positions;
  Refusal refusal;
  bool duplicate = false;
};

struct Request {
  enum class Kind : uint8_t { publish, want, unwant, stand };
  Kind kind = Kind::publish;

  // publish. Positions go out with the streams filled in and come back whole.
  std::vector<event::EventRef> events;
  std::vector<event::Position> positions;
  Refusal refusal;         // answer
  bool duplicate = false;  // answer: one of them had been taken before; its position is of then

  // want and unwant
  std::string filter;
  // want and stand, answer: of each stream of that home, the last event that went to the shard.
  std::vector<event::Position> last;

  // Any answer: what the shard missed before it.
  std::vector<Missed> missed;

  // Of the shard that asked, for the answer.
  uint64_t port = 0;
  uint64_t token = 0;
  size_t bytes = 0;                      // of the events
  std::shared_ptr<Gathering> gathering;  // null: this is the whole publish
  std::vector<uint32_t> places;          // of these events in it
  uint64_t use = 0;                      // want: bus/wants.hpp
};

class RequestPool {
 public:
  // As new, but with some memory kept for events.
  Request &take() {
    if (free_.empty()) return all_.emplace_back();
    Request &request = *free_.back();
    free_.pop_back();
    return request;
  }

  void give_back(Request &request) {
    if (request.kind != Request::Kind::publish || request.positions.capacity() > most_kept ||
        request.gathering != nullptr || !request.missed.empty() ||
        request.refusal.status != SLIPRING_OK) {
      request = {};
    } else {
      request.events.clear();
      request.positions.clear();
      request.duplicate = false;
    }
    free_.push_back(&request);
  }

 private:
  static constexpr size_t most_kept = 8;

  std::deque<Request> all_;
  std::vector<Request *> free_;
};

}  // namespace slipring::bus
