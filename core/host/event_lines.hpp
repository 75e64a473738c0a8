// EventLines: events and gaps as the control socket says them.
//
// Thread-safety: immutable; any thread.
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "bus/receiver.hpp"
#include "bus/streams.hpp"
#include "event/event.hpp"
#include "event/position.hpp"

namespace slipring::host {

class EventLines {
 public:
  // Outlives it.
  explicit EventLines(const bus::Streams &streams) : streams_(streams) {}

  // The JSON form of CloudEvents 1.0.
  boost::json::object event(const event::Event &event) const;
  // {"from":"..","to":"..","count":3,"reason":".."}; of ephemeral topics without positions.
  boost::json::object gap(const bus::Missed &missed) const;
  // Empty: of a stream that this host does not have.
  std::string position(const event::Position &position) const;

 private:
  const bus::Streams &streams_;
};

}  // namespace slipring::host
